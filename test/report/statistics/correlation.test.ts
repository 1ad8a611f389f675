import fc from 'fast-check';
import { sampleCorrelation, sampleRankCorrelation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { averageRanks, pearsonCorrelation, spearmanCorrelation } from '../../../src/report/index.js';

// scipy 1.17.1: pearsonr(x, y), .confidence_interval(); spearmanr(x, y).
const pairs = [1, 2, 2, 3, 4, 5, 5, 5].map((x, index): [number, number] => [x, [2, 1, 3, 3, 5, 4, 5, 1][index] ?? 0]);

describe('correlation', () => {
  test("Pearson's, with its interval, is that of scipy", () => {
    const { coefficient, interval } = pearsonCorrelation(pairs);
    expect(coefficient).toBeCloseTo(0.4459957386704484, 12);
    expect(interval).toEqual({
      low: expect.closeTo(-0.37723504271501174, 8),
      high: expect.closeTo(0.8755118267777647, 8),
    });
  });

  test("Spearman's, with ties, is that of scipy, and its interval is wider than Fisher's", () => {
    const { coefficient, interval } = spearmanCorrelation(pairs);
    expect(coefficient).toBeCloseTo(0.41253223033954217, 12);
    // numpy 2.4.6: tanh(arctanh(ρ) ± 1.959964 · sqrt((1 + ρ²/2) / 5)).
    expect(interval).toEqual({ low: expect.closeTo(-0.4417432311, 9), high: expect.closeTo(0.8744568879, 9) });
  });

  test('both agree with simple-statistics where there are no ties', () => {
    const distinct = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(distinct, distinct, (x, y) => {
        const both = x.map((value, index): [number, number] => [value, y[index] ?? 0]);
        expect(pearsonCorrelation(both).coefficient).toBeCloseTo(sampleCorrelation(x, y), 9);
        expect(spearmanCorrelation(both).coefficient).toBeCloseTo(sampleRankCorrelation(x, y), 9);
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  test('ties share the mean of their ranks', () => {
    expect(averageRanks([10, 30, 10, 20, 30, 30])).toEqual([1.5, 5, 1.5, 3, 5, 5]);
  });

  test('is null where one side does not vary, and has no interval for fewer than four pairs', () => {
    expect(
      pearsonCorrelation([
        [0.1, 1],
        [0.1, 2],
        [0.1, 3],
      ]),
    ).toEqual({ pairs: 3, coefficient: null, interval: null });
    expect(spearmanCorrelation([[1, 1]])).toEqual({ pairs: 1, coefficient: null, interval: null });
    expect(
      pearsonCorrelation([
        [1, 2],
        [2, 3],
        [3, 5],
      ]).interval,
    ).toBeNull();
    expect(
      pearsonCorrelation([
        [1, 2],
        [2, 4],
        [3, 6],
        [4, 8],
      ]),
    ).toMatchObject({ coefficient: 1, interval: { low: 1, high: 1 } });
  });
});
