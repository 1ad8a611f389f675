import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/domain/index.js';
import { bootstrapInterval, meanInterval, type Pair, pairedDifference } from '../../../src/report/index.js';

const random = seededRandom(8);
const clusters = Array.from({ length: 60 }, () => ({ sum: 10 * random(), count: 4 }));

test('the interval of a mean is about as wide as theory says, for many clusters', () => {
  const means = clusters.map(({ sum }) => sum / 4);
  const centre = means.reduce((total, mean) => total + mean, 0) / 60;
  const sd = Math.sqrt(means.reduce((total, mean) => total + (mean - centre) ** 2, 0) / 59);
  const { low, high } = meanInterval(clusters, { replicates: 20_000 }) ?? expect.fail('no interval');
  // Student's t with 59 degrees of freedom: 2.001.
  expect((high - low) / 2 / ((2.001 * sd) / Math.sqrt(60))).toBeCloseTo(1, 1);
  expect((low + high) / 2).toBeCloseTo(centre, 1);
});

test('any statistic gives, from the same draws, what the mean of its own gives', () => {
  const ratio = (drawn: readonly { sum: number; count: number }[]) =>
    drawn.reduce((total, { sum }) => total + sum, 0) / drawn.reduce((total, { count }) => total + count, 0);
  const options = { replicates: 300, seed: 4 };
  const [general, mean] = [bootstrapInterval(clusters, ratio, options), meanInterval(clusters, options)];
  expect(general).toEqual({ low: expect.closeTo(mean?.low ?? 0, 9), high: expect.closeTo(mean?.high ?? 0, 9) });
});

test('is the same for the same seed and another for another', () => {
  const [one, again, other] = [1, 1, 2].map((seed) => meanInterval(clusters, { replicates: 200, seed }));
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});

test('pairs of one cluster are drawn together: they add little to what one of them says', () => {
  const pairs = (copies: number): Pair[] =>
    clusters.flatMap(({ sum }, index) =>
      Array.from({ length: copies }, () => ({ cluster: `d${index}`, a: sum, b: 5 })),
    );
  const [single, tenfold] = [1, 10].map((copies) => pairedDifference(pairs(copies)));
  expect(tenfold).toMatchObject({ pairs: 600, clusters: 60 });
  expect(tenfold?.difference).toBeCloseTo(single?.difference ?? 0, 9);
  expect(tenfold?.interval).toEqual({
    low: expect.closeTo(single?.interval?.low ?? 0, 9),
    high: expect.closeTo(single?.interval?.high ?? 0, 9),
  });
});

test('reaches further out than plain percentiles for few clusters', () => {
  const five = Array.from({ length: 5 }, (_, index) => ({ sum: index, count: 1 }));
  const { low, high } = meanInterval(five, { replicates: 5000 }) ?? expect.fail('no interval');
  // Plain 2.5 % and 97.5 % points of the mean of five draws from 0 … 4 are 0.8 and 3.2.
  expect(low).toBeLessThan(0.7);
  expect(high).toBeGreaterThan(3.3);
});

test('is null for fewer than two clusters, and where draws seldom give a statistic', () => {
  expect(meanInterval([{ sum: 1, count: 1 }])).toBeNull();
  expect(pairedDifference([])).toEqual({ pairs: 0, clusters: 0, difference: null, interval: null });
  expect(pairedDifference([{ cluster: 'd', a: 2, b: 1 }])).toMatchObject({ difference: 1, interval: null });
  expect(bootstrapInterval([1, 2, 3], () => null, { replicates: 50 })).toBeNull();
});
