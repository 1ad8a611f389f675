/** Cells of the tables of a report, each with the number behind its text. */
import { decimal, decimalInterval, percent, percentInterval, pValue } from '../format.js';
import type { Interval } from '../statistics/index.js';
import type { Cell, Column, DataTable } from './sections.js';

export const words = (text: string): Cell => ({ text, values: [] });
export const counted = (value: number): Cell => ({ text: String(value), values: [value] });
export const rate = (value: number | null): Cell => ({ text: percent(value), values: known(value) });
export const rateInterval = (interval: Interval | null): Cell => ({
  text: percentInterval(interval),
  values: ends(interval),
});
export const number = (value: number | null, digits = 2): Cell => ({
  text: decimal(value, digits),
  values: known(value),
});
export const numberInterval = (interval: Interval | null): Cell => ({
  text: decimalInterval(interval),
  values: ends(interval),
});
export const probability = (p: number | null): Cell => ({ text: pValue(p), values: known(p) });

function known(value: number | null): number[] {
  return value === null ? [] : [value];
}

function ends(interval: Interval | null): number[] {
  return interval === null ? [] : [interval.low, interval.high];
}

/** One column of a table over lines of one kind: its head, and how a line's cell comes about. */
export type Field<Line> = readonly [head: string, cell: (line: Line) => Cell];

/** The first column holds names and stands to the left, the others numbers. */
export function tableOf<Line>(fields: readonly Field<Line>[], lines: readonly Line[]): DataTable {
  return {
    columns: fields.map(([head], index): Column => ({ head, align: index === 0 ? 'left' : 'right' })),
    rows: lines.map((line) => fields.map(([, cell]) => cell(line))),
  };
}
