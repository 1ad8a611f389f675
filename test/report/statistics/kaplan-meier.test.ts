import { expect, test } from 'vitest';
import { kaplanMeier } from '../../../src/report/index.js';

const lifetimes = (times: readonly number[], events: readonly (0 | 1)[]) =>
  times.map((time, index) => ({ time, event: events[index] === 1 }));

test('the curve, its intervals and its median are those of lifelines', () => {
  // lifelines 0.30.3: KaplanMeierFitter().fit(T, E): survival_function_, confidence_interval_, median_survival_time_.
  const { steps, median } = kaplanMeier(
    lifetimes([1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 7, 7], [1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 0]),
  );
  const expected = [
    [1, 0.833333, 0.481715, 0.955509],
    [2, 0.666667, 0.337019, 0.859712],
    [3, 0.571429, 0.253803, 0.795813],
    [4, 0.457143, 0.159936, 0.71586],
    [5, 0.342857, 0.08877, 0.623033],
    [7, 0.342857, 0.08877, 0.623033],
  ] as const;
  expect(steps.map(({ time }) => time)).toEqual(expected.map(([time]) => time));
  for (const [index, [, survival, low, high]] of expected.entries()) {
    expect(steps[index]).toMatchObject({
      survival: expect.closeTo(survival, 6),
      interval: { low: expect.closeTo(low, 6), high: expect.closeTo(high, 6) },
    });
  }
  expect(steps[0]).toMatchObject({ at_risk: 12, events: 2, censored: 0 });
  expect(steps.at(-1)).toMatchObject({ at_risk: 3, events: 0, censored: 3 });
  expect(median).toBe(4);
});

test('remission under 6-MP, as published (Kalbfleisch and Prentice 1980, table 1.2; Collett): S(6) .857, S(10) .753, S(22) .538', () => {
  const times = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
  const { steps, median } = kaplanMeier(times.map((time, index) => ({ time, event: index < 9 })));
  const at = (time: number) => steps.find((step) => step.time === time)?.survival;
  expect(at(6)).toBeCloseTo(0.857, 3);
  expect(at(10)).toBeCloseTo(0.753, 3);
  expect(at(22)).toBeCloseTo(0.538, 3);
  expect(median).toBe(23);
});

test('a deadlock is censored, not counted as an agreement in the last round', () => {
  const { steps, median } = kaplanMeier(lifetimes([2, 7, 7, 7], [1, 0, 0, 0]));
  expect(steps.map(({ survival }) => survival)).toEqual([0.75, 0.75]);
  expect(median).toBeNull();
});

test('without episodes there is no curve; where all agree at once it falls to 0 and has no interval', () => {
  expect(kaplanMeier([])).toEqual({ steps: [], median: null });
  expect(kaplanMeier(lifetimes([1, 1], [1, 1]))).toEqual({
    steps: [{ time: 1, at_risk: 2, events: 2, censored: 0, survival: 0, interval: null }],
    median: 1,
  });
});
