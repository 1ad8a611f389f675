import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AdvantageOptions, advantageKinds, batchStd, groupAdvantages } from '../../src/reward/index.js';

const by = (parts: Partial<AdvantageOptions>): AdvantageOptions => ({
  kind: 'grpo',
  epsilon: 0,
  minSpread: 0,
  ...parts,
});
const close = (values: readonly (number | null)[]) =>
  values.map((value) => (value === null ? null : expect.closeTo(value, 12)));

/** Mean 5, population std 2; the null is not graded. */
const eight = [2, null, 4, 4, 4, 5, 5, 7, 9];

describe('the advantages of 2, 4, 4, 4, 5, 5, 7, 9', () => {
  const table: { what: string; options: Partial<AdvantageOptions>; advantages: (number | null)[] }[] = [
    { what: 'grpo: over the std of 2', options: {}, advantages: [-1.5, null, -0.5, -0.5, -0.5, 0, 0, 1, 2] },
    {
      what: 'grpo with an epsilon of 0.5: over 2.5',
      options: { epsilon: 0.5 },
      advantages: [-1.2, null, -0.4, -0.4, -0.4, 0, 0, 0.8, 1.6],
    },
    {
      what: 'dr-grpo: the distance to the mean, epsilon or not',
      options: { kind: 'dr-grpo', epsilon: 0.5 },
      advantages: [-3, null, -1, -1, -1, 0, 0, 2, 4],
    },
    {
      what: 'rloo: the distance to the mean of the other seven',
      options: { kind: 'rloo', epsilon: 0.5 },
      advantages: [2 - 38 / 7, null, 4 - 36 / 7, 4 - 36 / 7, 4 - 36 / 7, 0, 0, 7 - 33 / 7, 9 - 31 / 7],
    },
    {
      what: 'batch-std: over the std of the run, here 4',
      options: { kind: 'batch-std', batchStd: 4 },
      advantages: [-0.75, null, -0.25, -0.25, -0.25, 0, 0, 0.5, 1],
    },
    {
      what: 'batch-std with an epsilon of 1: over 5',
      options: { kind: 'batch-std', batchStd: 4, epsilon: 1 },
      advantages: [-0.6, null, -0.2, -0.2, -0.2, 0, 0, 0.4, 0.8],
    },
    { what: 'raw: the rewards themselves', options: { kind: 'raw', epsilon: 1 }, advantages: eight },
  ];
  test.each(table)('by $what', ({ options, advantages }) => {
    expect(groupAdvantages(eight, by(options))).toEqual(close(advantages));
  });
});

describe('a group that lies no further apart than min-spread', () => {
  const near = [3, 3.5, 4, null];

  test.each(['grpo', 'dr-grpo', 'rloo', 'batch-std'] as const)('is noise to %s: advantages of 0', (kind) => {
    const options = { kind, batchStd: 2 };
    expect(groupAdvantages(near, by({ ...options, minSpread: 1 }))).toEqual([0, 0, 0, null]);
    expect(groupAdvantages(near, by({ ...options, minSpread: 1.1 }))).toEqual([0, 0, 0, null]);
    expect(groupAdvantages(near, by({ ...options, minSpread: 0.99 }))[0]).toBeLessThan(0);
  });

  test('keeps its rewards under raw', () => {
    expect(groupAdvantages(near, by({ kind: 'raw', minSpread: 9 }))).toEqual(near);
    expect(groupAdvantages([2, 2], by({ kind: 'raw' }))).toEqual([2, 2]);
  });
});

test('a group of one, or of equals, has no advantage by any kind but raw, whatever the run around it', () => {
  for (const kind of advantageKinds.filter((one) => one !== 'raw')) {
    expect(groupAdvantages([4], by({ kind, batchStd: 1 }))).toEqual([0]);
    expect(groupAdvantages([4, 4, null], by({ kind, batchStd: 1, epsilon: 1e-6 }))).toEqual([0, 0, null]);
  }
});

test('the std of a run is about the mean of each group, over all that is graded', () => {
  // Deviations −1, 1 and −3, 0, 3: the squares sum to 20, over five.
  expect(batchStd([[1, 3], [0, null, 3, 6], [null]])).toBe(2);
  expect(batchStd([[1, 1], [9]])).toBe(0);
  expect(batchStd([[null], []])).toBe(0);
  expect(batchStd([])).toBe(0);
});

/** Rewards as judges give them, to the thousandth; about one in six is not gradable. */
const reward = fc.integer({ min: 0, max: 5000 }).map((thousandths) => thousandths / 1000);
const group = fc.array(fc.option(reward, { freq: 6 }), { minLength: 1, maxLength: 16 });
const settings = { seed: 29, numRuns: 300 };

function expectClose(found: readonly (number | null)[], expected: readonly (number | null)[]): void {
  expect(found.map((value) => value === null)).toEqual(expected.map((value) => value === null));
  for (const [index, value] of found.entries())
    expect(Math.abs((value ?? 0) - (expected[index] ?? 0))).toBeLessThan(1e-6);
}

describe.each(['grpo', 'dr-grpo', 'rloo', 'batch-std'] as const)('%s', (kind) => {
  // No less than a thousandth and no more than five: as such groups have.
  const options = fc.record({
    kind: fc.constant(kind),
    epsilon: fc.constantFrom(0, 1e-6, 0.1),
    minSpread: fc.constantFrom(0, 0.25),
    batchStd: fc.double({ min: 0.01, max: 2, noNaN: true }),
  });

  test('sums to 0 over a group', () => {
    fc.assert(
      fc.property(group, options, (rewards, chosen) => {
        const sum = groupAdvantages(rewards, chosen).reduce<number>((total, advantage) => total + (advantage ?? 0), 0);
        expect(Math.abs(sum)).toBeLessThan(1e-6);
      }),
      settings,
    );
  });

  test('gives each reward the same, whatever the order of the group', () => {
    const withOrder = group.chain((rewards) =>
      fc.tuple(
        fc.constant(rewards),
        fc.shuffledSubarray([...rewards.keys()], { minLength: rewards.length, maxLength: rewards.length }),
      ),
    );
    fc.assert(
      fc.property(withOrder, options, ([rewards, order], chosen) => {
        const advantages = groupAdvantages(rewards, chosen);
        const shuffled = groupAdvantages(
          order.map((index) => rewards[index] ?? null),
          chosen,
        );
        expectClose(
          shuffled,
          order.map((index) => advantages[index] ?? null),
        );
      }),
      settings,
    );
  });

  test('does not change when every reward is raised by the same amount', () => {
    // By a power of two, so that a spread of exactly min-spread stays one.
    const raised = fc.constantFrom(1, 2, 64);
    const quarters = fc.array(
      fc.option(
        fc.integer({ min: 0, max: 20 }).map((value) => value / 4),
        { freq: 6 },
      ),
    );
    fc.assert(
      fc.property(quarters, raised, options, (rewards, by, chosen) => {
        const moved = rewards.map((value) => (value === null ? null : value + by));
        expectClose(groupAdvantages(moved, chosen), groupAdvantages(rewards, chosen));
      }),
      settings,
    );
  });
});
