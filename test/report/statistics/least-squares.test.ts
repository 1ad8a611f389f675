import { linearRegression, rSquared } from 'simple-statistics';
import { expect, test } from 'vitest';
import { leastSquares } from '../../../src/report/index.js';

const predictors = [
  [1, 2],
  [2, 1],
  [3, 5],
  [4, 3],
  [5, 9],
  [6, 2],
];
const outcomes = [3.1, 3.9, 9.2, 8.1, 14.8, 9.7];

test('coefficients, errors, intervals and R² are those of statsmodels', () => {
  // statsmodels 0.15.0: sm.OLS(y, sm.add_constant(x)).fit(): params, bse, rsquared, conf_int().
  const fit = leastSquares(predictors, outcomes) ?? expect.fail('no fit');
  expect(fit.intercept).toMatchObject({
    estimate: expect.closeTo(0.31359833, 7),
    error: expect.closeTo(0.33999099, 7),
  });
  expect(fit.slopes.map(({ estimate }) => estimate)).toEqual([
    expect.closeTo(1.26297071, 7),
    expect.closeTo(0.92709205, 7),
  ]);
  expect(fit.slopes.map(({ error }) => error)).toEqual([expect.closeTo(0.0921409, 7), expect.closeTo(0.05855452, 7)]);
  expect(fit.slopes[0]?.interval).toEqual({ low: expect.closeTo(0.96973725, 3), high: expect.closeTo(1.55620418, 3) });
  expect(fit.r_squared).toBeCloseTo(0.9958967156, 9);
});

test('a fit through the origin is that of statsmodels', () => {
  const fit = leastSquares(predictors, outcomes, { intercept: false }) ?? expect.fail('no fit');
  expect(fit.intercept).toBeNull();
  expect(fit.slopes.map(({ estimate }) => estimate)).toEqual([
    expect.closeTo(1.32214689, 7),
    expect.closeTo(0.94073446, 7),
  ]);
  expect(fit.slopes.map(({ error }) => error)).toEqual([expect.closeTo(0.06489, 7), expect.closeTo(0.05558884, 7)]);
  expect(fit.r_squared).toBeCloseTo(0.9990150837, 9);
});

test('holds on the nearly collinear data of Longley to the certified digits (NIST StRD)', () => {
  const rows = [
    [83, 234289, 2356, 1590, 107608, 1947, 60323],
    [88.5, 259426, 2325, 1456, 108632, 1948, 61122],
    [88.2, 258054, 3682, 1616, 109773, 1949, 60171],
    [89.5, 284599, 3351, 1650, 110929, 1950, 61187],
    [96.2, 328975, 2099, 3099, 112075, 1951, 63221],
    [98.1, 346999, 1932, 3594, 113270, 1952, 63639],
    [99, 365385, 1870, 3547, 115094, 1953, 64989],
    [100, 363112, 3578, 3350, 116219, 1954, 63761],
    [101.2, 397469, 2904, 3048, 117388, 1955, 66019],
    [104.6, 419180, 2822, 2857, 118734, 1956, 67857],
    [108.4, 442769, 2936, 2798, 120445, 1957, 68169],
    [110.8, 444546, 4681, 2637, 121950, 1958, 66513],
    [112.6, 482704, 3813, 2552, 123366, 1959, 68655],
    [114.2, 502601, 3931, 2514, 125368, 1960, 69564],
    [115.7, 518173, 4806, 2572, 127852, 1961, 69331],
    [116.9, 554894, 4007, 2827, 130081, 1962, 70551],
  ];
  const fit =
    leastSquares(
      rows.map((row) => row.slice(0, 6)),
      rows.map((row) => row[6] ?? 0),
    ) ?? expect.fail('no fit');
  expect((fit.intercept?.estimate ?? 0) / -3482258.63459582).toBeCloseTo(1, 6);
  expect((fit.intercept?.error ?? 0) / 890420.383607373).toBeCloseTo(1, 6);
  const certified = [
    15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359, -0.0511041056535807, 1829.15146461355,
  ];
  for (const [index, { estimate }] of fit.slopes.entries())
    expect(estimate / (certified[index] ?? 0)).toBeCloseTo(1, 6);
  expect(fit.r_squared).toBeCloseTo(0.995479004577296, 9);
});

test('of one predictor is the line of simple-statistics', () => {
  const points = outcomes.map((y, index): [number, number] => [predictors[index]?.[1] ?? 0, y]);
  const line = linearRegression(points);
  const fit = leastSquares(
    points.map(([x]) => [x]),
    outcomes,
  );
  expect(fit?.slopes[0]?.estimate).toBeCloseTo(line.m, 10);
  expect(fit?.intercept?.estimate).toBeCloseTo(line.b, 10);
  expect(fit?.r_squared).toBeCloseTo(
    rSquared(points, (x) => line.m * x + line.b),
    10,
  );
});

test('is null where predictors depend on one another or rows are too few, and without error where they just suffice', () => {
  expect(
    leastSquares(
      [
        [1, 2],
        [2, 4],
        [3, 6],
        [4, 8],
      ],
      [1, 2, 3, 5],
    ),
  ).toBeNull();
  expect(leastSquares([[1, 2]], [3])).toBeNull();
  expect(leastSquares([[5], [5], [5]], [1, 2, 3])).toBeNull();
  expect(leastSquares([[1], [2]], [3, 5])?.slopes).toEqual([
    { estimate: expect.closeTo(2, 10), error: null, interval: null },
  ]);
  expect(() => leastSquares([[1], [1, 2]], [1, 2])).toThrow(RangeError);
});
