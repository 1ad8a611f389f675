/** A table without lines: what is a number stands to the right. */
import Table from 'cli-table3';

export interface Column {
  head: string;
  align?: 'left' | 'right';
}

/** Lines of the table, each indented by one space. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const lines = ['top', 'bottom', 'left', 'right', 'mid'];
  const parts = ['', '-mid', '-left', '-right'];
  const none = Object.fromEntries(lines.flatMap((line) => parts.map((part) => [`${line}${part}`, ''])));
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { ...none, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => ` ${line.trimEnd()}`);
}
