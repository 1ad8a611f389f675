import { expect, test } from 'vitest';
import { calibrateAgreement, calibrateScores, calibrationNotes, type Labelled } from '../../../src/report/index.js';

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** 2 × 2 table by hand: 40 hits, 5 misses, 15 false alarms, 40 correct rejections. */
const labels: Labelled<boolean>[] = [
  ...times(40, { judge: true, human: true }),
  ...times(5, { judge: false, human: true }),
  ...times(15, { judge: true, human: false }),
  ...times(40, { judge: false, human: false }),
];

test('kappa, sensitivity, specificity and the corrected rate are those worked out by hand', () => {
  const found = calibrateAgreement(labels, { successes: 700, trials: 1000 });
  expect(found).toMatchObject({ labels: 100, human_agreed: 45, observed: { rate: 0.8 } });
  // Expected by chance: 0.55 · 0.45 + 0.45 · 0.55 = 0.495.
  expect(found?.kappa.kappa).toBeCloseTo((0.8 - 0.495) / 0.505, 12);
  expect(found?.sensitivity.rate).toBeCloseTo(40 / 45, 12);
  expect(found?.specificity.rate).toBeCloseTo(40 / 55, 12);
  const [q1, q0] = [40 / 45, 40 / 55];
  expect(found?.corrected.rate).toBeCloseTo((0.7 + q0 - 1) / (q0 + q1 - 1), 12);
  expect(found?.corrected.interval?.low).toBeLessThan(found?.corrected.rate ?? 0);
});

test('scores are weighed by their distance', () => {
  const found = calibrateScores([
    { judge: 4, human: 4 },
    { judge: 3.6, human: 3 },
    { judge: 1, human: 3 },
  ]);
  expect(found).toMatchObject({ labels: 3, exact: { count: 1 }, within_one: { count: 2 } });
  expect(found?.mean_difference).toBeCloseTo((0 + 0.6 - 2) / 3, 12);
});

test('too few labels, or labels of one kind only, are said plainly', () => {
  const found = calibrateAgreement(times(12, { judge: true, human: true }), { successes: 1, trials: 2 });
  expect(calibrationNotes(found, null)).toEqual([
    'only 12 labels of agreement: label 30 or more, or read the intervals.',
    'only 0 labelled "not agreed": label more such episodes on purpose.',
    'the corrected rate cannot be had: it needs labels of both kinds and a judge better than chance.',
  ]);
  expect(calibrationNotes(calibrateAgreement(labels, { successes: 1, trials: 2 }), null)).toEqual([]);
});
