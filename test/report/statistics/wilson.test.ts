import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusteredWilsonInterval, effectiveTrials, wilsonInterval } from '../../../src/report/index.js';

/** The 97.5 % point of the normal distribution, found by integrating its density: no constant is taken on trust. */
const z = bisect(1, 3, (bound) => normalMass(bound) - 0.475);

/** Mass between 0 and `bound`, by Simpson's rule. */
function normalMass(bound: number): number {
  const steps = 2000;
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(bound);
  for (let step = 1; step < steps; step++) sum += density((bound * step) / steps) * (step % 2 === 0 ? 2 : 4);
  return (sum * bound) / steps / 3;
}

/** Where the rising `f` crosses 0. */
function bisect(low: number, high: number, f: (x: number) => number): number {
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The rates that a score test does not reject: |rate − p| ≤ z √(p (1 − p) / trials), solved numerically. */
function scoreInterval(successes: number, trials: number): { low: number; high: number } {
  const rate = successes / trials;
  const excess = (p: number) => Math.abs(rate - p) - z * Math.sqrt((p * (1 - p)) / trials);
  return {
    low: successes === 0 ? 0 : bisect(0, rate, (p) => -excess(p)),
    high: successes === trials ? 1 : bisect(rate, 1, excess),
  };
}

const counts = fc
  .integer({ min: 1, max: 20_000 })
  .chain((trials) =>
    fc.tuple(fc.oneof(fc.integer({ min: 0, max: trials }), fc.constantFrom(0, trials)), fc.constant(trials)),
  );
const settings = { seed: 41, numRuns: 300 };

describe("Wilson's interval", () => {
  test('holds exactly the rates that a two-sided score test at 5 % does not reject', () => {
    expect(z).toBeCloseTo(1.96, 4);
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const expected = scoreInterval(successes, trials);
        const found = wilsonInterval(successes, trials) ?? expect.fail('no interval');
        expect(Math.abs(found.low - expected.low)).toBeLessThan(1e-9);
        expect(Math.abs(found.high - expected.high)).toBeLessThan(1e-9);
      }),
      settings,
    );
  });

  test('agrees with the published tables (Newcombe, Statistics in Medicine 17, 1998, table I, method 3)', () => {
    const published = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const;
    for (const [successes, trials, low, high] of published) {
      expect(wilsonInterval(successes, trials)).toEqual({ low: expect.closeTo(low, 4), high: expect.closeTo(high, 4) });
    }
  });

  test('lies within 0 and 1, holds the rate, and mirrors when successes and failures change places', () => {
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const { low, high } = wilsonInterval(successes, trials) ?? expect.fail('no interval');
        const rate = successes / trials;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(rate + 1e-12);
        expect(high).toBeGreaterThanOrEqual(rate - 1e-12);
        expect(wilsonInterval(trials - successes, trials)).toEqual({
          low: expect.closeTo(1 - high, 10),
          high: expect.closeTo(1 - low, 10),
        });
      }),
      settings,
    );
  });

  test('is null without trials', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});

describe("Wilson's interval over clusters", () => {
  const single = (successes: number, trials: number) =>
    Array.from({ length: trials }, (_, index) => ({ successes: index < successes ? 1 : 0, trials: 1 }));

  test('is the plain one where every cluster has one trial, and where there is but one cluster', () => {
    expect(clusteredWilsonInterval(single(7, 20))).toEqual(wilsonInterval(7, 20));
    expect(clusteredWilsonInterval([{ successes: 7, trials: 20 }])).toEqual(wilsonInterval(7, 20));
    expect(clusteredWilsonInterval([])).toBeNull();
  });

  test('counts clusters, not trials, where all trials of a cluster are alike', () => {
    const alike = single(300, 400).map(({ successes }) => ({ successes: successes * 8, trials: 8 }));
    // 400 clusters: the number is down by (1.966/1.960)² for estimating their variance, and by k/(k − 1).
    expect(effectiveTrials(alike)).toBeGreaterThan(390);
    expect(effectiveTrials(alike)).toBeLessThanOrEqual(400);
  });

  test('counts nearly all trials where clusters are no more alike than chance', () => {
    const clusters = Array.from({ length: 200 }, (_, index) => ({ successes: 3 + (index % 3), trials: 8 }));
    expect(effectiveTrials(clusters)).toBeGreaterThan(1580);
    expect(effectiveTrials(clusters)).toBeLessThanOrEqual(1600);
  });

  test('widens for few clusters, even where none of them disagrees', () => {
    // (1.960/2.201)² × 96: Student's t with 11 degrees of freedom.
    const all = Array.from({ length: 12 }, () => ({ successes: 8, trials: 8 }));
    expect(effectiveTrials(all)).toBeCloseTo(76.12, 1);
    expect(clusteredWilsonInterval(all)?.high).toBe(1);
  });

  test('gives the variance of survey sampling: a worked linearisation', () => {
    // Rate 120/200; residuals 25−24, 20−24, 22−24, 28−24, 25−24 → Σ² = 1 + 16 + 4 + 16 + 1 = 38; variance 5/4 · 38/200².
    const clusters = [25, 20, 22, 28, 25].map((successes) => ({ successes, trials: 40 }));
    const variance = (5 / 4) * (38 / 200 ** 2);
    expect((0.6 * 0.4) / variance).toBeCloseTo(202.1, 1);
    // The design effect is under 1 and taken as 1; Student's t with 4 degrees of freedom.
    expect(effectiveTrials(clusters)).toBeCloseTo(200 * (z / 2.7764451) ** 2, 0);
    const apart = [35, 10, 22, 33, 20].map((successes) => ({ successes, trials: 40 }));
    // Residuals 11, −14, −2, 9, −4: Σ² = 418.
    const wider = (5 / 4) * (418 / 200 ** 2);
    expect(effectiveTrials(apart)).toBeCloseTo(((0.6 * 0.4) / wider) * (z / 2.7764451) ** 2, 1);
    // Two clusters that differ are worth two, not the 0.2 that Student's t alone would leave.
    expect(effectiveTrials([apart[0]!, apart[1]!])).toBe(2);
  });
});
