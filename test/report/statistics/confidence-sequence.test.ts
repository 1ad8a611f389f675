import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createConfidenceSequence } from '../../../src/report/index.js';

const share = fc.constantFrom(0, 0.125, 0.25, 0.5, 0.75, 0.875, 1);

/** Capital of the hedged bet against `mean`, as the paper defines it, in one plain pass over all values. */
function capital(values: readonly number[], mean: number): number {
  let [up, down] = [1, 1];
  for (const [place, value] of values.entries()) {
    const before = values.slice(0, place);
    const running = (count: number) => (0.5 + before.slice(0, count).reduce((sum, x) => sum + x, 0)) / (count + 1);
    const variance = (0.25 + before.reduce((sum, x, index) => sum + (x - running(index + 1)) ** 2, 0)) / (place + 1);
    const bet = Math.sqrt((2 * Math.log(40)) / (variance * (place + 1) * Math.log(place + 2)));
    up *= 1 + Math.min(bet, 0.5 / mean) * (value - mean);
    down *= 1 - Math.min(bet, 0.5 / (1 - mean)) * (value - mean);
  }
  return Math.max(up, down) / 2;
}

test('holds the candidate means against which the bets of Waudby-Smith and Ramdas have not multiplied their stake by 20', () => {
  fc.assert(
    fc.property(fc.array(share, { minLength: 1, maxLength: 40 }), (values) => {
      const { add } = createConfidenceSequence();
      const [low, high] = values.reduce(
        ([least, most], value) => {
          const found = add(value);
          return [Math.max(least, found.low), Math.min(most, found.high)];
        },
        [0, 1],
      );
      for (let mean = 0.0105; mean < 1; mean += 0.07) {
        const ever = values.some((_, place) => capital(values.slice(0, place + 1), mean) >= 20);
        if (!ever) expect(mean).toSatisfy((value: number) => low <= value && value <= high);
        else if (mean < low - 0.002 || mean > high + 0.002) continue;
        else expect(Math.min(mean - low, high - mean)).toBeLessThanOrEqual(0.002);
      }
    }),
    { seed: 21, numRuns: 60 },
  );
});

test('only ever narrows, and closes in on a steady rate', () => {
  const { add } = createConfidenceSequence();
  let before = { low: 0, high: 1 };
  for (let group = 0; group < 400; group++) {
    const now = add([1, 1, 0.75, 1, 0.5][group % 5] ?? 0);
    expect(now.low).toBeGreaterThanOrEqual(before.low);
    expect(now.high).toBeLessThanOrEqual(before.high);
    before = now;
  }
  expect(before.high - before.low).toBeLessThan(0.1);
  expect(before.low).toBeLessThan(0.85);
  expect(before.high).toBeGreaterThan(0.85);
});

test('never empties, even where the rate changes halfway', () => {
  const { add } = createConfidenceSequence();
  for (let group = 0; group < 300; group++) add(1);
  for (let group = 0; group < 300; group++) {
    const { low, high } = add(0);
    expect(low).toBeLessThan(high);
  }
});
