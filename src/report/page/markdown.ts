/** A report as GitHub-flavoured Markdown. Whatever a model, a file or a name may contain is shown, never interpreted. */
import { everyNote, noteText, type Report } from '../report.js';
import { sectionsOf } from './report-sections.js';
import type { DataTable } from './sections.js';

export function renderMarkdown(report: Report): string {
  const lines = [`# ${escapeMarkdown(titleOf(report))}`];
  for (const note of everyNote(report)) lines.push('', `> **Note** ${escapeMarkdown(noteText(note))}`);
  for (const { title, level, about, table } of sectionsOf(report)) {
    lines.push('', `${'#'.repeat(level)} ${escapeMarkdown(title)}`);
    if (about !== null) lines.push('', escapeMarkdown(about));
    if (table !== null) lines.push('', ...tableLines(table));
  }
  return `${lines.join('\n')}\n`;
}

export function titleOf({ runs }: Report): string {
  return `Report on ${runs.map(({ name }) => name).join(', ')}`;
}

function tableLines({ columns, rows }: DataTable): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ head }) => escapeMarkdown(head))),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(({ text }) => escapeMarkdown(text)))),
  ];
}

/** On one line, with everything escaped that Markdown or HTML gives a meaning to. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]|~$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/www\./gi, (start) => `${start.slice(0, 3)}&#46;`)
    .replace(/@/g, '&#64;');
}
