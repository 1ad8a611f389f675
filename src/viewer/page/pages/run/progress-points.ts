/** A line over real time: pure arithmetic. */
import { position } from '../../scales.js';

/** Points of a line over real time, in a box of 100 × 100 with y upward. */
export function timedPoints(times: readonly number[], values: readonly number[], top: number): string {
  const [from = 0, to = 0] = [times[0], times.at(-1)];
  return values
    .map((value, index) => {
      const x = times.length < 2 ? 100 : position(times[index] ?? from, from, to);
      return `${Number(x.toFixed(2))},${Number((100 - position(value, 0, top)).toFixed(2))}`;
    })
    .join(' ');
}
