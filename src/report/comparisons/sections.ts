/** A report in parts: titled tables of cells. Terminal, Markdown and HTML render the same parts. */
import type { Cell, DataTable } from '../page/sections.js';
import type { Interval } from '../statistics/index.js';

export interface Section {
  title: string;
  /** A sentence that says what is shown, and how to read it. */
  about: string | null;
  table: DataTable;
}

export interface DocumentParts {
  title: string;
  notes: readonly string[];
  sections: readonly Section[];
}

export const words = (text: string): Cell => ({ text, values: [] });
export const counted = (value: number): Cell => ({ text: String(value), values: [value] });

/** 67.7 % */
export const rate = (value: number | null): Cell => ({
  text: value === null ? '–' : `${(100 * value).toFixed(1)} %`,
  values: known(value),
});

/** 68 % */
export const wholeRate = (value: number | null): Cell => ({
  text: value === null ? '–' : `${Math.round(100 * value)} %`,
  values: known(value),
});

/** 67.7 ± 1.2 %; without the SD where there is none. */
export const rateWithSd = (value: number | null, sd: number | null): Cell => {
  if (value === null || sd === null) return rate(value);
  return { text: `${(100 * value).toFixed(1)} ± ${(100 * sd).toFixed(1)} %`, values: [value, sd] };
};

/** 2.31 ± 0.12 */
export const meanWithSd = (value: number | null, sd: number | null): Cell => {
  if (value === null) return words('–');
  const spread = sd === null ? '' : ` ± ${sd.toFixed(2)}`;
  return { text: `${value.toFixed(2)}${spread}`, values: [value, ...known(sd)] };
};

export const rateInterval = (interval: Interval | null): Cell =>
  interval === null
    ? words('–')
    : {
        text: `${Math.round(interval.low * 100)}–${Math.round(interval.high * 100)} %`,
        values: [interval.low, interval.high],
      };

/** Written with "to", as either end may be negative. */
export const numberInterval = (interval: Interval | null): Cell =>
  interval === null
    ? words('–')
    : { text: `${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}`, values: [interval.low, interval.high] };

export const number = (value: number | null): Cell => ({
  text: value === null ? '–' : value.toFixed(2),
  values: known(value),
});

export const probability = (p: number | null): Cell => ({
  text: p === null ? '–' : p < 0.001 ? '<0.001' : p.toFixed(3),
  values: known(p),
});

function known(value: number | null): number[] {
  return value === null ? [] : [value];
}

/** One column of a table over lines of one kind: its head, and how a line's cell comes about. */
export type Field<Line> = readonly [head: string, cell: (line: Line) => Cell];

/** Columns that hold words stand to the left: the first `names` of them. */
export function tableOf<Line>(fields: readonly Field<Line>[], lines: readonly Line[], names = 1): DataTable {
  return {
    columns: fields.map(([head], index) => ({ head, align: index < names ? 'left' : 'right' })),
    rows: lines.map((line) => fields.map(([, cell]) => cell(line))),
  };
}
