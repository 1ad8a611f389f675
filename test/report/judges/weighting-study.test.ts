import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../../src/domain/index.js';
import { type StudiedCompletion, studyWeighting } from '../../../src/report/index.js';

/** Standard normal, Box and Muller. */
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

interface Known {
  weight: number;
  weightSd: number;
  scoreSd: number;
  utilitySd: number;
}

/** Completions of which everything is known, scored by a judge of which everything is known. */
function simulated(
  { weight, weightSd, scoreSd, utilitySd }: Known,
  completions = 400,
  repeats = 8,
): StudiedCompletion[] {
  const random = seededRandom(7);
  return Array.from({ length: completions }, (_, index) => {
    const [a, b] = [5 * random(), 5 * random()];
    const times = (one: () => number) => Array.from({ length: repeats }, one);
    const drifted = () => {
      const w = weight + weightSd * normal(random);
      return w * a + (1 - w) * b + scoreSd * normal(random);
    };
    return {
      episode: `run/${index + 1}`,
      group: `g${Math.floor(index / 4)}`,
      weights: { A: 0.5, B: 0.5 },
      holistic: times(drifted),
      utilities: { A: times(() => a + utilitySd * normal(random)), B: times(() => b + utilitySd * normal(random)) },
    };
  });
}

describe('a study of a judge with known noise and known implicit weights', () => {
  const known = { weight: 0.7, weightSd: 0.2, scoreSd: 0.15, utilitySd: 0.1 };
  const study = studyWeighting(simulated(known));

  test('recovers the weights', () => {
    expect(study.implicit.weight_a).toBeCloseTo(known.weight, 1);
    expect(Math.abs((study.implicit.weight_a ?? 0) - known.weight)).toBeLessThan(0.02);
    expect(study.implicit.fixed_weight_a).toBe(0.5);
  });

  test('tells the drift of the weight from the noise of the score', () => {
    expect(Math.abs((study.drift.weight_sd ?? 0) - known.weightSd)).toBeLessThan(0.02);
    expect(Math.abs((study.drift.score_sd ?? 0) - known.scoreSd)).toBeLessThan(0.05);
    // E|N(0, σ)| = σ √(2/π), with E|a − b| = 5/3 for two uniform numbers from 0 to 5.
    expect(Math.abs((study.drift.mean_shift ?? 0) - 0.2 * (5 / 3) * Math.sqrt(2 / Math.PI))).toBeLessThan(0.04);
  });

  test('finds the decomposed scores steadier, of the very variance that their utilities have', () => {
    expect(study.decomposed.variance).toBeLessThan((study.holistic.variance ?? 0) / 3);
    expect(Math.abs((study.decomposed.variance ?? 0) - 2 * (0.5 * 0.1) ** 2)).toBeLessThan(0.001);
    expect(study.decomposed.order_flips).toBeLessThan(study.holistic.order_flips ?? 0);
  });

  test('shows the shift growing with how far the sides lie apart', () => {
    const shifts = study.bands.map(({ shift }) => shift ?? 0);
    expect(shifts).toEqual(shifts.toSorted((one, other) => one - other));
    expect(study.drift.correlation.coefficient).toBeGreaterThan(0.5);
    expect(study.bands.reduce((sum, { completions }) => sum + completions, 0)).toBe(400);
  });

  test('finds no drift where there is none', () => {
    const steady = studyWeighting(simulated({ ...known, weightSd: 0 }));
    expect(steady.drift.weight_sd).toBeLessThan(0.03);
  });
});

test('orders are counted by hand: every pair of a group under every two repeats', () => {
  const one = (episode: string, group: string, holistic: (number | null)[]): StudiedCompletion => ({
    ...{ episode, group, weights: { A: 0.5, B: 0.5 }, holistic },
    utilities: { A: holistic.map(() => 1), B: holistic.map(() => 1) },
  });
  const study = studyWeighting([
    one('r/1', 'g1', [1, 2, 3]),
    one('r/2', 'g1', [2, 1, 3]),
    one('r/3', 'g2', [5, 5, 5]),
    one('r/4', 'g2', [4, null, 4]),
  ]);
  // g1: repeats 1–2 reversed, 1–3 and 2–3 tied. g2: 1–3 the same.
  expect(study.holistic).toMatchObject({ comparisons: 4, order_flips: 1 / 4, order_ties: 2 / 4 });
  expect(study).toMatchObject({ unread: 1, implicit: { fit: null, weight_a: null } });
});
