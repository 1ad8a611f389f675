/**
 * A report as one HTML file that needs nothing else: plots are inline SVG, there is no script, and the policy in its head
 * forbids any, as well as every request. Exact numbers stand behind the rounded ones, in `<data value>`.
 */
import { everyNote, noteText, type Report } from '../report.js';
import { titleOf } from './markdown.js';
import { element, escapeMarkup } from './markup.js';
import { drawPlot } from './plots.js';
import { sectionsOf } from './report-sections.js';
import type { Cell, DataTable, Section } from './sections.js';
import { pageStyle } from './style.js';

/** `madeBy`: the program and its version, for the foot of the page. */
export function renderHtml(report: Report, madeBy: string): string {
  const title = escapeMarkup(titleOf(report));
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${title}</title>`,
    `<style>${pageStyle}</style>`,
  ];
  const body = [
    `<h1>${title}</h1>`,
    notesOf(report),
    ...sectionsOf(report).map(renderSection),
    `<footer>${escapeMarkup(methods)} Made by ${escapeMarkup(madeBy)}.</footer>`,
  ];
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.join('\n')}\n</head>\n<body>\n${body.join('\n')}\n</body>\n</html>\n`;
}

const methods =
  'Intervals have 95 %. Agreement rates: Wilson’s score interval on the effective number of episodes, given that those of one dilemma are alike. Means: Student’s t over dilemmas. Differences: bootstrap over dilemmas. Rounds: Kaplan–Meier with log-log intervals. References are in docs/statistics.md.';

function notesOf(report: Report): string {
  const items = everyNote(report).map((note) => element('li', {}, escapeMarkup(noteText(note))));
  return items.length === 0 ? '' : element('ul', { class: 'notes' }, items.join(''));
}

/** With a plot, the table is folded behind it. */
function renderSection({ title, level, about, plot, table }: Section): string {
  const parts = [element(`h${level}`, {}, escapeMarkup(title))];
  if (about !== null) parts.push(element('p', { class: 'about' }, escapeMarkup(about)));
  if (plot !== null) parts.push(element('div', { class: 'scroll' }, drawPlot(plot, title)));
  if (table !== null) {
    const drawn = element('div', { class: 'scroll' }, renderTable(table, title));
    parts.push(plot === null ? drawn : element('details', {}, `<summary>Data as a table</summary>${drawn}`));
  }
  return element('section', {}, parts.join('\n'));
}

function renderTable({ columns, rows }: DataTable, title: string): string {
  const side = (index: number) => (columns[index]?.align === 'right' ? { class: 'right' } : {});
  const heads = columns.map(({ head }, index) => element('th', { scope: 'col', ...side(index) }, escapeMarkup(head)));
  const lines = rows.map((row) => {
    const cells = row.map((cell, index) =>
      index === 0 ? element('th', { scope: 'row' }, cellOf(cell)) : element('td', side(index), cellOf(cell)),
    );
    return element('tr', {}, cells.join(''));
  });
  const caption = element('thead', {}, element('tr', {}, heads.join('')));
  return element('table', { 'aria-label': title }, `${caption}${element('tbody', {}, lines.join('\n'))}`);
}

function cellOf({ text, values }: Cell): string {
  return values.length === 0 ? escapeMarkup(text) : element('data', { value: values.join(' ') }, escapeMarkup(text));
}
