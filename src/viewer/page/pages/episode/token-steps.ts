/** Walking through the tokens of all rows, one by one: pure. */
import type { TokenRow } from '../../../api.js';

export interface Here {
  row: number;
  index: number;
}

/** The next or previous token, across the ends of rows. */
export function stepToken(rows: readonly TokenRow[], now: Here | null, by: number): Here {
  if (now === null) return { row: 0, index: Math.max(0, rows[0]?.mask.indexOf(1) ?? 0) };
  const index = now.index + by;
  if (index < 0) {
    const row = Math.max(0, now.row - 1);
    return row === now.row ? now : { row, index: (rows[row]?.ids.length ?? 1) - 1 };
  }
  if (index < (rows[now.row]?.ids.length ?? 0)) return { row: now.row, index };
  return now.row + 1 < rows.length ? { row: now.row + 1, index: 0 } : now;
}
