import { expect, test } from 'vitest';
import { crossJudge, type ScoredTwice } from '../../../src/report/index.js';

const scored = (pairs: readonly (readonly [number | null, number | null])[]): ScoredTwice[] =>
  pairs.map(([first, second], index) => ({ episode: `run/${index + 1}`, first, second, length: 100 + index }));

test('a judge agrees with itself exactly, in every figure', () => {
  const same = crossJudge(scored([0, 1, 2, 2, 3, 4, 5].map((score) => [score, score])));
  expect(same).toMatchObject({
    pairs: 7,
    unscored: 0,
    exact: { count: 7, rate: 1 },
    within_one: { rate: 1 },
    pearson: { coefficient: 1 },
    spearman: { coefficient: 1 },
    weighted_kappa: { kappa: expect.closeTo(1, 9) },
    krippendorff_alpha: 1,
    mean_difference: 0,
    changed: [],
  });
});

test('two judges are counted by hand', () => {
  const two = crossJudge(
    scored([
      [1, 1],
      [1, 2],
      [4, 2.6],
      [5, 1.2],
      [null, 3],
      [3, null],
    ]),
  );
  expect(two).toMatchObject({ pairs: 4, unscored: 2, exact: { count: 1 }, within_one: { count: 3 } });
  expect(two.confusion[1]).toEqual([0, 1, 1, 0, 0, 0]);
  expect(two.confusion[4]).toEqual([0, 0, 0, 1, 0, 0]);
  expect(two.confusion[5]).toEqual([0, 1, 0, 0, 0, 0]);
  expect(two.mean_difference).toBeCloseTo((0 + 1 - 1.4 - 3.8) / 4);
  expect(two.changed.map(({ episode }) => episode)).toEqual(['run/4', 'run/3', 'run/2']);
  expect(two.second.modal_share).toBe(0.5);
});

test('a score that follows the length shows', () => {
  const { first, second } = crossJudge(scored([1, 2, 3, 4, 5].map((score) => [score, 6 - score])));
  expect(first.length_correlation).toBe(1);
  expect(second.length_correlation).toBe(-1);
});

test('without a pair there is nothing to tell', () => {
  expect(crossJudge([])).toMatchObject({ exact: { rate: null }, mean_difference: null, krippendorff_alpha: null });
});
