/**
 * Titled tables as Markdown, or as one HTML file that needs nothing else: no script, no request. Whatever a name may
 * contain is shown, never interpreted. Exact numbers stand behind the rounded ones, in `<data value>`.
 */
import { escapeMarkdown } from '../page/markdown.js';
import { escapeMarkup } from '../page/markup.js';
import type { Cell, DataTable } from '../page/sections.js';
import { pageStyle } from '../page/style.js';
import type { DocumentParts, Section } from './sections.js';

export function documentAsMarkdown({ title, notes, sections }: DocumentParts): string {
  const lines = [`# ${escapeMarkdown(title)}`];
  for (const note of notes) lines.push('', `> **Note** ${escapeMarkdown(note)}`);
  for (const section of sections) {
    lines.push('', `## ${escapeMarkdown(section.title)}`, '');
    if (section.about !== null) lines.push(escapeMarkdown(section.about), '');
    lines.push(...markdownTable(section.table));
  }
  return `${lines.join('\n')}\n`;
}

function markdownTable({ columns, rows }: DataTable): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ head }) => escapeMarkdown(head))),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(({ text }) => escapeMarkdown(text)))),
  ];
}

/** `madeBy`: the program and its version, for the foot of the page. */
export function documentAsHtml({ title, notes, sections }: DocumentParts, madeBy: string): string {
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<style>${pageStyle}</style>`,
  ];
  const listed = notes.map((note) => `<li>${escapeMarkup(note)}</li>`).join('');
  const body = [
    `<h1>${escapeMarkup(title)}</h1>`,
    listed === '' ? '' : `<ul class="notes">${listed}</ul>`,
    ...sections.map(htmlSection),
    `<footer>Made by ${escapeMarkup(madeBy)}.</footer>`,
  ];
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.join('\n')}\n</head>\n<body>\n${body.join('\n')}\n</body>\n</html>\n`;
}

function htmlSection({ title, about, table }: Section): string {
  const explained = about === null ? '' : `<p>${escapeMarkup(about)}</p>`;
  return `<section><h2>${escapeMarkup(title)}</h2>${explained}<div class="scroll">${htmlTable(table)}</div></section>`;
}

function htmlTable({ columns, rows }: DataTable): string {
  const side = (index: number) => (columns[index]?.align === 'right' ? ' class="right"' : '');
  const heads = columns.map(({ head }, index) => `<th scope="col"${side(index)}>${escapeMarkup(head)}</th>`);
  const lines = rows.map((row) => {
    const cells = row.map((cell, index) =>
      index === 0 ? `<th scope="row">${htmlCell(cell)}</th>` : `<td${side(index)}>${htmlCell(cell)}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr>${heads.join('')}</tr></thead><tbody>${lines.join('')}</tbody></table>`;
}

function htmlCell({ text, values }: Cell): string {
  return values.length === 0 ? escapeMarkup(text) : `<data value="${values.join(' ')}">${escapeMarkup(text)}</data>`;
}
