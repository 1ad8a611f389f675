/** A report in parts: what each shows, as tables of cells and plots of values. Markdown and HTML render the same parts. */
import type { Interval } from '../statistics/index.js';

/** Text as it is shown, with the exact numbers behind it: one, or the two ends of an interval. */
export interface Cell {
  text: string;
  values: readonly number[];
}

export interface Column {
  head: string;
  align: 'left' | 'right';
}

export interface DataTable {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}

export interface Mark {
  value: number;
  /** Null: it could not be estimated; the value alone is drawn. */
  interval: Interval | null;
}

/** One axis. */
export interface Scale {
  title: string;
  low: number;
  high: number;
  ticks: readonly number[];
  /** How ticks and values are written. */
  format: 'percent' | 'score' | 'count';
}

/** Values with intervals, one line each; a panel for every quantity. */
export interface IntervalPlot {
  kind: 'intervals';
  panels: readonly Scale[];
  lines: readonly { label: string; marks: readonly (Mark | null)[] }[];
  /** A value that would mean "no difference". */
  reference: number | null;
}

/** A survival curve, with its band. */
export interface SurvivalPlot {
  kind: 'survival';
  steps: readonly { time: number; survival: number; interval: Interval | null; censored: number }[];
  /** The last round there is. */
  end: number;
}

/** Series over training steps; a panel for every quantity. */
export interface LinePlot {
  kind: 'lines';
  x: Scale;
  panels: readonly { scale: Scale; series: readonly { label: string; points: readonly (Mark & { x: number })[] }[] }[];
}

export type Plot = IntervalPlot | SurvivalPlot | LinePlot;

export interface Section {
  title: string;
  /** 2: of the report. 3: of one run. */
  level: 2 | 3;
  /** A sentence that says what is shown, and how to read it. */
  about: string | null;
  plot: Plot | null;
  table: DataTable | null;
}

/** What a mark covers. */
export function extentOf({ value, interval }: Mark): number[] {
  return interval === null ? [value] : [interval.low, interval.high];
}
