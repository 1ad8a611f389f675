import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupAdvantages, groupStatistics, groupsOf } from '../../src/reward/index.js';

/** Rewards as judges give them, to the thousandth; about one in six is not gradable. */
const reward = fc.integer({ min: 0, max: 5000 }).map((thousandths) => thousandths / 1000);
const group = fc.array(fc.option(reward, { freq: 6 }), { minLength: 1, maxLength: 16 });
const settings = { seed: 23, numRuns: 500 };

function expectClose(found: readonly (number | null)[], expected: readonly (number | null)[]): void {
  expect(found.map((value) => value === null)).toEqual(expected.map((value) => value === null));
  for (const [index, value] of found.entries())
    expect(Math.abs((value ?? 0) - (expected[index] ?? 0))).toBeLessThan(1e-9);
}

describe('the advantages of a group', () => {
  test('sum to 0, and have mean square 1 wherever the group has spread', () => {
    fc.assert(
      fc.property(group, (rewards) => {
        const given = groupAdvantages(rewards).filter((advantage) => advantage !== null);
        expect(Math.abs(given.reduce((sum, advantage) => sum + advantage, 0))).toBeLessThan(1e-9);
        const square = given.reduce((sum, advantage) => sum + advantage ** 2, 0);
        const spread = new Set(rewards.filter((value) => value !== null)).size > 1;
        expect(Math.abs(square - (spread ? given.length : 0))).toBeLessThan(1e-9);
      }),
      settings,
    );
  });

  test('belong to their rewards, whatever the order of the group', () => {
    const withOrder = group.chain((rewards) =>
      fc.tuple(
        fc.constant(rewards),
        fc.shuffledSubarray([...rewards.keys()], { minLength: rewards.length, maxLength: rewards.length }),
      ),
    );
    fc.assert(
      fc.property(withOrder, ([rewards, order]) => {
        const advantages = groupAdvantages(rewards);
        const shuffled = groupAdvantages(order.map((index) => rewards[index] ?? null));
        expectClose(
          shuffled,
          order.map((index) => advantages[index] ?? null),
        );
      }),
      settings,
    );
  });

  test('stay the same when every reward is raised by the same amount or stretched by the same factor', () => {
    fc.assert(
      fc.property(group, reward, fc.integer({ min: 1, max: 40 }), (rewards, shift, tenths) => {
        const moved = rewards.map((value) => (value === null ? null : (value * tenths) / 10 + shift));
        expectClose(groupAdvantages(moved), groupAdvantages(rewards));
      }),
      settings,
    );
  });

  test('rise with the reward: a better episode never has the lesser advantage', () => {
    fc.assert(
      fc.property(fc.array(reward, { minLength: 2, maxLength: 16 }), (rewards) => {
        const sorted = [...rewards].sort((one, other) => one - other);
        const advantages = groupAdvantages(sorted).map((advantage) => advantage ?? Number.NaN);
        expect(advantages).toEqual([...advantages].sort((one, other) => one - other));
      }),
      settings,
    );
  });

  test('are exactly 0 where all rewards are equal, at any value and size', () => {
    const equal = fc.tuple(fc.double({ min: 0, max: 5, noNaN: true }), fc.integer({ min: 1, max: 64 }));
    fc.assert(
      fc.property(equal, ([value, size]) => {
        expect(new Set(groupAdvantages(Array(size).fill(value)))).toEqual(new Set([0]));
      }),
      settings,
    );
  });

  test('are exactly 0 where rewards differ by rounding alone, as sums in another order do', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    expect(groupAdvantages([0.3, 0.1 + 0.2, 0.3])).toEqual([0, 0, 0]);
    const aspects = [1.7, 2.2, 3.3, 4.9];
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const group = [mean(aspects), mean([...aspects].reverse()), mean([2.2, 4.9, 1.7, 3.3])];
    expect(new Set(group).size).toBeGreaterThan(1);
    expect(groupAdvantages(group)).toEqual([0, 0, 0]);
    expect(groupAdvantages([3, 3.0001])).toEqual([expect.closeTo(-1, 6), expect.closeTo(1, 6)]);
  });

  test('are null where the reward is null, and such episodes do not move the others', () => {
    expect(groupAdvantages([null, 1, null, 3])).toEqual([null, -1, null, 1]);
    expect(groupAdvantages([null, 0, 2])).toEqual([null, -1, 1]);
    expect(groupAdvantages([null, null])).toEqual([null, null]);
    expect(groupAdvantages([null, 4])).toEqual([null, 0]);
    expect(groupAdvantages([])).toEqual([]);
  });

  test('of one odd reward among eight is √7, 2.6458, as the population standard deviation gives it', () => {
    const advantages = groupAdvantages([5, 0, 0, 0, 0, 0, 0, 0]);
    expect(advantages[0]).toBeCloseTo(2.6458, 4);
    expect(advantages.slice(1)).toEqual(Array(7).fill(expect.closeTo(-1 / Math.sqrt(7), 12)));
    expect(groupAdvantages([1, 5, 5, 5, 5, 5, 5, 5])[0]).toBeCloseTo(-2.6458, 4);
  });
});

test('the statistics of a group are over what is graded, and null where nothing is', () => {
  expect(groupStatistics([2, null, 4, 4, 4, 5, 5, 7, 9])).toEqual({ graded: 8, mean: 5, std: 2, min: 2, max: 9 });
  expect(groupStatistics([3])).toEqual({ graded: 1, mean: 3, std: 0, min: 3, max: 3 });
  expect(groupStatistics([null])).toEqual({ graded: 0, mean: null, std: null, min: null, max: null });
  expect(groupStatistics([])).toEqual({ graded: 0, mean: null, std: null, min: null, max: null });
  // As many as a whole run may have.
  expect(groupStatistics(Array(200_000).fill(2))).toEqual({ graded: 200_000, mean: 2, std: 0, min: 2, max: 2 });
});

test('episodes come by group, groups in the order of their first episode', () => {
  const episodes = ['b', 'a', 'b', 'c', 'a'].map((group_id, number) => ({ group_id, number }));
  expect(groupsOf(episodes).map((members) => members.map(({ number }) => number))).toEqual([[0, 2], [1, 4], [3]]);
  expect(groupsOf([])).toEqual([]);
});
