import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { normalDistribution, normalInterval, studentCritical } from '../../../src/report/index.js';

interface Oracle {
  studentt: { inv(share: number, df: number): number };
  normal: { cdf(x: number, mean: number, sd: number): number };
}
const { jStat } = createRequire(import.meta.url)('jstat') as { jStat: Oracle };

test.each([1, 2, 3, 4, 5, 7, 11, 20, 60, 500, 10_000])("Student's critical value for %i degrees of freedom", (df) => {
  const expected = jStat.studentt.inv(0.975, df);
  expect(Math.abs(studentCritical(df) / expected - 1)).toBeLessThan(df < 3 ? 1e-6 : 0.0015);
});

test('the normal distribution function', () => {
  for (let x = -6; x <= 6; x += 0.25)
    expect(Math.abs(normalDistribution(x) - jStat.normal.cdf(x, 0, 1))).toBeLessThan(1.5e-7);
});

test('a normal interval reaches 1.96 errors to both sides, and no further than allowed', () => {
  expect(normalInterval(0.5, 0.1)).toEqual({ low: expect.closeTo(0.304, 3), high: expect.closeTo(0.696, 3) });
  expect(normalInterval(0.5, 1, 0, 1)).toEqual({ low: 0, high: 1 });
});
