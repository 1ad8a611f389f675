/** Numbers as people read them. A dash stands for what is not there. */
import type { Interval } from './statistics/index.js';

export function decimal(value: number | null, digits = 1): string {
  return value === null ? '–' : value.toFixed(digits);
}

export function percent(rate: number | null): string {
  return rate === null ? '–' : `${Math.round(rate * 100)} %`;
}

export function percentInterval(interval: Interval | null): string {
  return interval === null ? '–' : `${Math.round(interval.low * 100)}–${Math.round(interval.high * 100)} %`;
}

/** Written with "to", as either end may be negative. */
export function decimalInterval(interval: Interval | null, digits = 2): string {
  return interval === null ? '–' : `${interval.low.toFixed(digits)} to ${interval.high.toFixed(digits)}`;
}

/** 0.034, <0.001. */
export function pValue(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}
