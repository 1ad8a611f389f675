import { expect, test } from 'vitest';
import { clusteredMeanInterval } from '../../../src/report/index.js';

test('over clusters of one value each is the interval of Student’s t', () => {
  // scipy 1.17.1: t.interval(0.95, 4, loc=x.mean(), scale=sem(x)) for x = 2, 4, 4, 5, 7.
  const clusters = [2, 4, 4, 5, 7].map((sum) => ({ sum, count: 1 }));
  expect(clusteredMeanInterval(clusters)).toEqual({ low: expect.closeTo(2.1444, 2), high: expect.closeTo(6.6556, 2) });
});

test('does not narrow when each value is said ten times over', () => {
  const once = [2, 4, 4, 5, 7].map((sum) => ({ sum, count: 1 }));
  const tenfold = once.map(({ sum }) => ({ sum: 10 * sum, count: 10 }));
  const { low, high } = clusteredMeanInterval(once) ?? expect.fail('no interval');
  expect(clusteredMeanInterval(tenfold)).toEqual({ low: expect.closeTo(low, 9), high: expect.closeTo(high, 9) });
});

test('stays on the scale, ignores empty clusters, and is null for fewer than three', () => {
  const clusters = [0, 0, 5, 5].map((sum) => ({ sum, count: 1 }));
  expect(clusteredMeanInterval(clusters, { least: 0, most: 5 })).toEqual({ low: 0, high: 5 });
  expect(clusteredMeanInterval([...clusters.slice(0, 2), { sum: 0, count: 0 }])).toBeNull();
});
