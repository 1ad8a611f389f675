/** Numbers as people read them. A dash stands for what is not there. */

export { decimal, decimalInterval, percent, percentInterval, pValue } from '../report/index.js';

/** 950, 1.2 k, 312 k, 4.1 M. */
export function quantity(value: number): string {
  if (value < 1000) return String(Math.round(value));
  const [scaled, unit] = value < 1_000_000 ? [value / 1000, 'k'] : [value / 1_000_000, 'M'];
  return `${scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${unit}`;
}

export function dollars(value: number): string {
  return `$${value.toFixed(2)}`;
}

/** 0:07, 1:52, 2:03:10. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function plural(count: number, noun: string, several = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : several}`;
}
