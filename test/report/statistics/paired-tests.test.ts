import { describe, expect, test } from 'vitest';
import { holmCorrection, mcnemarTest, signTest } from '../../../src/report/index.js';

const differences = (up: number, down: number, ties = 0) => [
  ...Array.from({ length: up }, () => 0.5),
  ...Array.from({ length: down }, () => -2),
  ...Array.from({ length: ties }, () => 0),
];

describe('the sign test', () => {
  // scipy 1.17.1: binomtest(k, n).pvalue.
  test.each([
    [7, 23, 0.005222879350185395],
    [430, 570, 1.0709737664959605e-5],
    [4, 1, 0.375],
    [5, 5, 1],
  ])('%i up and %i down', (up, down, p) => {
    const found = signTest(differences(up, down, 12));
    expect(found).toMatchObject({ decisive: up + down, first: up });
    expect((found.p ?? 2) / p).toBeCloseTo(1, 9);
  });

  test('loses nothing among thousands of pairs, and has no p without a decisive one', () => {
    const p = signTest(differences(5000, 5200)).p ?? 2;
    // 2 Φ(−(200 − 1)/√10200): the normal approximation with continuity correction.
    expect(p).toBeCloseTo(0.0488, 3);
    expect(signTest([0, 0])).toEqual({ decisive: 0, first: 0, p: null });
  });
});

test("McNemar's test counts only pairs in which the two differ", () => {
  const pairs = (first: boolean, second: boolean, count: number) =>
    Array.from({ length: count }, (): [boolean, boolean] => [first, second]);
  const all = [
    ...pairs(true, true, 80),
    ...pairs(true, false, 23),
    ...pairs(false, true, 7),
    ...pairs(false, false, 9),
  ];
  expect(mcnemarTest(all)).toEqual({ decisive: 30, first: 23, p: expect.closeTo(0.005222879350185395, 12) });
  expect(mcnemarTest(pairs(true, true, 3)).p).toBeNull();
});

test("Holm's correction is that of statsmodels, and leaves tests that were not made alone", () => {
  // statsmodels 0.15.0: multipletests([.01, .04, .03, .005, .2], method='holm')[1].
  const adjusted = holmCorrection([0.01, 0.04, null, 0.03, 0.005, 0.2]);
  const expected = [0.04, 0.09, null, 0.09, 0.025, 0.2];
  expect(adjusted).toEqual(expected.map((p) => (p === null ? null : expect.closeTo(p, 12))));
  expect(holmCorrection([0.7, 0.9])).toEqual([1, 1]);
});
