/** Simulated data with a known truth: each kind of interval holds it as often as it says. 1,000 repetitions each, seeded. */
import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../../src/domain/index.js';
import {
  clusteredWilsonInterval,
  createConfidenceSequence,
  type Interval,
  kaplanMeier,
  type Pair,
  pairedDifference,
  wilsonInterval,
} from '../../../src/report/index.js';

const repetitions = 1000;

/** Share of repetitions whose interval holds the truth. */
function coverage(
  truth: number,
  seed: number,
  interval: (random: Random, repetition: number) => Interval | null,
): number {
  const random = seededRandom(seed);
  let held = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const found = interval(random, repetition) ?? expect.fail('no interval');
    if (found.low <= truth && truth <= found.high) held++;
  }
  return held / repetitions;
}

function expectNominal(share: number): void {
  expect(share).toBeGreaterThanOrEqual(0.93);
  expect(share).toBeLessThanOrEqual(0.97);
}

const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Episodes agree with a probability of their dilemma's own, 0.9 or 0.5: on average 0.7, and alike within a dilemma. */
function agreedOf(random: Random, episodes: number): number {
  const rate = random() < 0.5 ? 0.9 : 0.5;
  return Array.from({ length: episodes }, () => random() < rate).filter(Boolean).length;
}

describe('intervals hold a known truth in 93 to 97 % of 1,000 repetitions', () => {
  test('Wilson, over independent episodes', () => {
    const successes = (random: Random) => Array.from({ length: 120 }, () => random() < 0.91).filter(Boolean).length;
    expectNominal(coverage(0.91, 1, (random) => wilsonInterval(successes(random), 120)));
  });

  test('Wilson on the effective number of episodes, over groups of 8; the plain one misses too often there', () => {
    const clusters = (random: Random) =>
      Array.from({ length: 40 }, () => ({ successes: agreedOf(random, 8), trials: 8 }));
    expectNominal(coverage(0.7, 2, (random) => clusteredWilsonInterval(clusters(random))));
    const plain = (random: Random) =>
      wilsonInterval(
        clusters(random).reduce((sum, { successes }) => sum + successes, 0),
        320,
      );
    expect(coverage(0.7, 2, plain)).toBeLessThan(0.92);
  });

  test.each([12, 40])('the bootstrap of a paired difference, clustered, over %i dilemmas', (dilemmas) => {
    const pairs = (random: Random): Pair[] =>
      Array.from({ length: dilemmas }, (_, index) => {
        const effect = 0.4 + 0.6 * normal(random);
        return Array.from({ length: 4 }, () => {
          const level = 3 + normal(random);
          return { cluster: `d${index}`, a: level + effect + 0.5 * normal(random), b: level + 0.5 * normal(random) };
        });
      }).flat();
    expectNominal(
      coverage(
        0.4,
        3 + dilemmas,
        (random, seed) => pairedDifference(pairs(random), { replicates: 400, seed }).interval,
      ),
    );
  });

  test('Kaplan–Meier with log-log intervals, under censoring', () => {
    // Agreement in a round with probability 0.4; a quarter are lost after round 2. S(3) = 0.6³.
    const lifetimes = (random: Random) =>
      Array.from({ length: 80 }, () => {
        const time = 1 + Math.floor(Math.log(1 - random()) / Math.log(0.6));
        const lost = random() < 0.25;
        return lost && time > 2 ? { time: 2, event: false } : { time: Math.min(time, 7), event: time <= 7 };
      });
    expectNominal(
      coverage(
        0.6 ** 3,
        5,
        (random) => kaplanMeier(lifetimes(random)).steps.find(({ time }) => time === 3)?.interval ?? null,
      ),
    );
  });
});

describe('looking after every group', () => {
  const groups = 60;
  const size = 4;

  /** Share of repetitions in which the interval missed the truth at any look. */
  function everMissed(intervalAt: () => (agreed: number) => Interval | null, seed: number): number {
    const random = seededRandom(seed);
    let missed = 0;
    for (let repetition = 0; repetition < 300; repetition++) {
      const look = intervalAt();
      const intervals = Array.from({ length: groups }, () => look(agreedOf(random, size)));
      if (intervals.some((found) => found !== null && (found.low > 0.7 || found.high < 0.7))) missed++;
    }
    return missed / 300;
  }

  test('a confidence sequence misses at any look in at most 5 %, where Wilson misses far more often', () => {
    const sequence = () => {
      const { add } = createConfidenceSequence();
      return (agreed: number) => add(agreed / size);
    };
    const wilson = () => {
      let [agreed, episodes] = [0, 0];
      return (more: number) => {
        agreed += more;
        episodes += size;
        return wilsonInterval(agreed, episodes);
      };
    };
    expect(everMissed(sequence, 6)).toBeLessThanOrEqual(0.05);
    expect(everMissed(wilson, 6)).toBeGreaterThan(0.2);
  });
});
