/** Which rows of a very long table have to be there: pure arithmetic over equal row heights. */

export const rowHeight = 32;
/** Rows asked for at once. */
export const pageSize = 200;
const beyond = 12;
/** Browsers stop laying out boxes that are taller than this; about 480,000 rows. */
export const tallest = 15_500_000;

export interface Span {
  /** First row, from 0. */
  from: number;
  /** One past the last row. */
  to: number;
}

/** The rows in view, and a few beyond on either side. */
export function visibleRows(scrollTop: number, height: number, total: number): Span {
  const from = Math.max(0, Math.floor(scrollTop / rowHeight) - beyond);
  const to = Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + beyond);
  return { from: Math.min(from, to), to };
}

/** The pages that hold these rows, by number from 0. */
export function pagesOf({ from, to }: Span): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(from / pageSize); page * pageSize < to; page += 1) pages.push(page);
  return pages;
}

/** Where to scroll so that a row is in view; the same place where it already is. `head` is the height of a fixed header. */
export function scrollToRow(row: number, scrollTop: number, height: number, head: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight - (height - head);
  return bottom > scrollTop ? bottom : scrollTop;
}
