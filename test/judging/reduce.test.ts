import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reducePanel, reduceValues } from '../../src/judging/reduce.js';

const score = fc.double({ min: 0, max: 5, noNaN: true });

test.each([
  ['mean', [1, 2, 6], 3],
  ['median', [6, 1, 2], 2],
  ['median', [4, 1, 2, 5], 3],
  ['median', [3], 3],
  ['majority', [1, 0, 1], 1],
  ['majority', [0, 0, 1], 0],
  ['majority', [1, 0], 0],
  ['majority', [1, 0, 1, 0], 0],
] as const)('the %s of %j is %d', (reducer, values, expected) => {
  expect(reduceValues(values, reducer)).toBe(expected);
});

test.each([
  ['one of two', [4, null], 4],
  ['two of three', [4, null, 2], 3],
  ['one of three', [null, 4, null], null],
  ['none of one', [null], null],
  ['none at all', [], null],
])(
  'where %s could be read, the rest is left out or nothing is left, and null never counts as 0',
  (_name, values, expected) => {
    expect(reduceValues(values, 'mean')).toBe(expected);
  },
);

test('a value lies between the least and the greatest, in any order of them, and half unread never changes a constant', () => {
  const property = fc.property(fc.array(score, { minLength: 1, maxLength: 9 }), (values) => {
    for (const reducer of ['mean', 'median'] as const) {
      const value = reduceValues(values, reducer) ?? expect.fail('null');
      expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
      expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
      expect(reduceValues(values.toReversed(), reducer)).toBeCloseTo(value, 10);
      const unread = values.flatMap((each) => [each, null]);
      expect(reduceValues(unread, reducer)).toBeCloseTo(value, 10);
    }
  });
  fc.assert(property, { seed: 2, numRuns: 200 });
});

test('each judge of a panel counts once, however often it was asked', () => {
  const judges = [
    { values: [5, 5, 5, 5], reducer: 'mean' as const },
    { values: [1], reducer: 'mean' as const },
  ];
  expect(reducePanel(judges, 'mean')).toBe(3);
  const votes = [
    { values: [1, 1, 1], reducer: 'majority' as const },
    { values: [0], reducer: 'majority' as const },
    { values: [0], reducer: 'majority' as const },
  ];
  expect(reducePanel(votes, 'majority')).toBe(0);
});
