/** The parts of a report as lines for a terminal, and where its files go. */
import { writeFileSync } from 'node:fs';
import { EntenteError } from '../errors.js';
import type { DocumentParts } from '../report/index.js';
import { tableLines } from './table.js';
import { type Palette, widthOf, wrapText } from './terminal.js';

/** Tables first, then what they need to be read rightly. */
export function documentLines({ notes, sections }: DocumentParts, palette: Palette): string[] {
  const lines = sections.flatMap(({ title, about, table }) => {
    const rows = table.rows.map((row) => row.map(({ text }) => text));
    const explained = about === null ? [] : wrapped(about, '').map((line) => palette.dim(line));
    return ['', palette.bold(` ${title}`), ...tableLines(table.columns, rows), ...explained];
  });
  const noted = notes.flatMap((note) => wrapped(note, palette.yellow('!')));
  return [...lines, ...(noted.length === 0 ? [] : ['', ...noted]), ''];
}

function wrapped(text: string, mark: string): string[] {
  const lead = mark === '' ? ' ' : ` ${mark} `;
  return wrapText(text, widthOf(process.stdout) - 4).map((line, index) => {
    if (mark === '') return ` ${line}`;
    return index === 0 ? `${lead}${line}` : `   ${line}`;
  });
}

/** Throws `usage` where the file cannot be written. */
export function writeDocument(flag: string, path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EntenteError('usage', `${flag}: ${path} cannot be written (${code}); give another file.`, { cause });
  }
}
