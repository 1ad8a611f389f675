/** Where things go in a plot: pure arithmetic, in per cent of a width or height. */

/** Per cent along an axis from `from` to `to`; what lies outside is put at the nearer end. */
export function position(value: number, from: number, to: number): number {
  if (to <= from) return 0;
  return Math.min(100, Math.max(0, ((value - from) / (to - from)) * 100));
}

/** As CSS or SVG takes it, without noise in the digits. */
export function percentOf(value: number, from: number, to: number): string {
  return `${Number(position(value, from, to).toFixed(3))}%`;
}

/** Largest of the values, at least 1: the top of an axis that many plots may share. */
export function topOf(values: readonly number[]): number {
  return values.reduce((top, value) => Math.max(top, value), 1);
}

/** Round steps (1, 2 or 5 times a power of ten) from 0 to `to`, at most `most` of them after 0. */
export function ticks(to: number, most: number): number[] {
  if (!(to > 0)) return [0];
  const rough = to / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? to;
  const marks: number[] = [];
  for (let index = 0; index * step <= to * (1 + 1e-9); index += 1) marks.push(Number((index * step).toPrecision(12)));
  return marks;
}

/** Pushes labels apart so that each has `gap` of room, keeping their order; positions in the unit given. */
export function spreadLabels(positions: readonly number[], gap: number, most: number): number[] {
  const order = positions
    .map((_, index) => index)
    .sort((one, other) => (positions[one] ?? 0) - (positions[other] ?? 0));
  const placed = [...positions];
  let floor = -Infinity;
  for (const index of order) {
    placed[index] = Math.max(positions[index] ?? 0, floor);
    floor = (placed[index] ?? 0) + gap;
  }
  let ceiling = most;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index] ?? 0, ceiling);
    ceiling = (placed[index] ?? 0) - gap;
  }
  return placed;
}
