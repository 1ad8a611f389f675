/** What the utilities of two sides come to: weighted, the lesser of the two, and their product. */
import { describe, expect, test } from 'vitest';
import { decomposedReward, leastUtility, nashProduct, rewardOf } from '../../src/reward/index.js';

describe('the utilities of two sides', () => {
  const weights = { A: 0.75, B: 0.25 };

  test('are weighed with the weights of their seats', () => {
    expect(decomposedReward({ weights, utilities: { A: 4, B: 2 } })).toBe(3.5);
    expect(decomposedReward({ weights, utilities: { A: 2, B: 4 } })).toBe(2.5);
    expect(decomposedReward({ weights, utilities: { A: 0, B: 0 } })).toBe(0);
  });

  test('come to the lesser of the two, and to their product', () => {
    expect([leastUtility(4, 2), leastUtility(2, 4), leastUtility(0, 5)]).toEqual([2, 2, 0]);
    expect([nashProduct(4, 2), nashProduct(5, 5), nashProduct(0, 5)]).toEqual([8, 25, 0]);
  });

  test.each([
    { a: null, b: 3 },
    { a: 3, b: null },
    { a: null, b: null },
  ])('come to nothing where one is not known: $a, $b', ({ a, b }) => {
    expect(decomposedReward({ weights, utilities: { A: a, B: b } })).toBeNull();
    expect(leastUtility(a, b)).toBeNull();
    expect(nashProduct(a, b)).toBeNull();
  });

  test('are the reward of an episode that was scored so, whatever its CA score', () => {
    const ca = { knowledge: 1, benevolence: 1, power: 1, vitality: 1, overall: 1 };
    const ending = { status: 'done', outcome: 'agreed', rounds: 1, completion: 'so', failure: null } as const;
    expect(rewardOf({ ...ending, ca, stakeholders: { weights, utilities: { A: 4, B: 2 } } })).toBe(3.5);
    expect(rewardOf({ ...ending, ca, stakeholders: { weights, utilities: { A: null, B: 2 } } })).toBeNull();
    expect(rewardOf({ ...ending, ca })).toBe(1);
  });
});
