import { expect, test } from 'vitest';
import { roganGladen } from '../../../src/report/index.js';

const share = (rate: number, trials: number) => ({ successes: rate * trials, trials });

test('corrects the rate by sensitivity and specificity, with the interval of the delta method', () => {
  // (0.62 + 0.9 − 1) / (0.9 + 0.8 − 1) = 0.742857; variance (.62·.38/500 + .257143²·.9·.1/200 + .742857²·.8·.2/100) / .7²
  // = (4.712e-4 + 2.975510e-5 + 8.829388e-4) / .49 = 2.824273e-3, worked by hand.
  const { rate, interval } = roganGladen(share(0.62, 500), share(0.9, 200), share(0.8, 100));
  expect(rate).toBeCloseTo(0.742857, 6);
  const half = 1.959964 * Math.sqrt(2.824273e-3);
  expect(interval).toEqual({ low: expect.closeTo(0.742857 - half, 5), high: expect.closeTo(0.742857 + half, 5) });
});

test('leaves the rate as it is for a judge that is always right, with the simple interval', () => {
  const { rate, interval } = roganGladen(share(0.3, 100), share(1, 50), share(1, 50));
  expect(rate).toBeCloseTo(0.3, 12);
  expect(interval?.high).toBeCloseTo(0.3 + 1.959964 * Math.sqrt(0.0021), 5);
});

test('stays within 0 and 1', () => {
  expect(roganGladen(share(0.02, 100), share(0.9, 50), share(0.9, 50))).toMatchObject({
    rate: 0,
    interval: { low: 0 },
  });
  expect(roganGladen(share(0.98, 100), share(0.9, 50), share(0.9, 50))).toMatchObject({
    rate: 1,
    interval: { high: 1 },
  });
});

test('is null for a judge no better than chance, and without trials', () => {
  expect(roganGladen(share(0.5, 100), share(0.5, 50), share(0.5, 50))).toEqual({ rate: null, interval: null });
  expect(roganGladen(share(0.5, 100), share(0.2, 50), share(0.5, 50)).rate).toBeNull();
  expect(roganGladen(share(0.5, 100), { successes: 0, trials: 0 }, share(0.9, 50)).rate).toBeNull();
});
