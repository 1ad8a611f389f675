import { describe, expect, test } from 'vitest';
import { componentNames, composeReward, type RewardWeights, terminalReward } from '../../src/reward/index.js';

const agreed = {
  ...{ reward: 4, knowledge: 1, benevolence: 2, power: 3, vitality: 5 },
  ...{ outcome: 'agreed' as const, rounds: 3, learner_tokens: 500 },
};
const deadlocked = {
  ...{ reward: 0, knowledge: null, benevolence: null, power: null, vitality: null },
  ...{ outcome: 'deadlocked' as const, rounds: 7, learner_tokens: 2000 },
};

describe('a composed reward', () => {
  const table: { what: string; weights: RewardWeights; reward: number; components: Record<string, number> }[] = [
    { what: 'the CA score alone', weights: { ca: 1 }, reward: 4, components: { ca: 4 } },
    { what: 'half the CA score', weights: { ca: 0.5 }, reward: 2, components: { ca: 4 } },
    { what: 'each aspect under its own name', weights: { knowledge: 1 }, reward: 1, components: { knowledge: 1 } },
    {
      what: 'the four aspects',
      weights: { knowledge: 1, benevolence: 10, power: 100, vitality: 1000 },
      reward: 5321,
      components: { knowledge: 1, benevolence: 2, power: 3, vitality: 5 },
    },
    { what: 'a bonus for agreeing', weights: { ca: 1, agreed: 2 }, reward: 6, components: { ca: 4, agreed: 1 } },
    { what: 'a cost of rounds', weights: { ca: 1, rounds: -0.5 }, reward: 2.5, components: { ca: 4, rounds: 3 } },
    {
      what: 'a cost per thousand tokens',
      weights: { ca: 1, length: -2 },
      reward: 3,
      components: { ca: 4, length: 0.5 },
    },
    { what: 'nothing for a weight of 0', weights: { ca: 1, rounds: 0 }, reward: 4, components: { ca: 4 } },
    { what: '0 without any weight', weights: {}, reward: 0, components: {} },
  ];
  test.each(table)('is $what', ({ weights, reward, components }) => {
    expect(composeReward(agreed, weights)).toEqual({ reward, components });
  });

  test('is the reward as graded unless said otherwise', () => {
    expect(terminalReward).toEqual({ reward: 1 });
    expect(composeReward(agreed)).toEqual({ reward: 4, components: { ca: 4 } });
  });

  test('of a deadlock in training has 0 for agreement and for every aspect, and its costs', () => {
    const weights = { agreed: 1, knowledge: 1, benevolence: 1, power: 1, vitality: 1, length: -1 };
    expect(composeReward(deadlocked, weights)).toEqual({
      reward: -2,
      components: { agreed: 0, knowledge: 0, benevolence: 0, power: 0, vitality: 0, length: 2 },
    });
  });

  test('of a deadlock in evaluation that was scored without its aspects is not gradable by them', () => {
    expect(composeReward({ ...deadlocked, reward: 3 }, { knowledge: 1 })).toEqual({ reward: null, components: {} });
    expect(composeReward({ ...deadlocked, reward: 3, knowledge: 2 }, { knowledge: 1 }).reward).toBe(2);
  });

  test('is null, never 0, where the episode has none, whatever it is made of', () => {
    for (const name of componentNames) {
      const { reward } = composeReward({ ...agreed, reward: null }, { [name]: 1 });
      expect([name, reward]).toEqual([name, null]);
    }
    expect(composeReward({ ...agreed, reward: null }, {}).reward).toBeNull();
  });

  test('is null where a weighted component is missing, and says which are there', () => {
    expect(composeReward({ ...agreed, power: null }, { power: 1, ca: 1 })).toEqual({
      reward: null,
      components: { ca: 4 },
    });
    expect(composeReward({ ...agreed, power: null, vitality: 1 }, { power: 1, vitality: 1 })).toEqual({
      reward: null,
      components: { vitality: 1 },
    });
    expect(composeReward({ ...agreed, outcome: null }, { agreed: 1 }).reward).toBeNull();
    expect(composeReward({ ...agreed, rounds: null }, { rounds: 1 }).reward).toBeNull();
    expect(composeReward({ ...agreed, power: null }, { power: 0, ca: 1 }).reward).toBe(4);
    // An agreement of reward 0 was scored 0; an aspect that is missing there is missing.
    expect(composeReward({ ...agreed, reward: 0, power: null }, { power: 1 }).reward).toBeNull();
  });
});

describe('the reward of an episode scored by decomposition', () => {
  const decomposed = { ...agreed, ca_score: 2, utility_a: 5, utility_b: 1, weight_a: 0.75, weight_b: 0.25 };
  const found = { ca: 2, utility_a: 5, utility_b: 1, weight_a: 0.75, weight_b: 0.25, utility_min: 1, utility_nash: 5 };

  test('comes with all that it was made of', () => {
    expect(composeReward(decomposed)).toEqual({ reward: 4, components: found });
  });

  test('comes without what was not graded', () => {
    const { ca: _unasked, ...rest } = found;
    expect(composeReward({ ...decomposed, ca_score: null }).components).toEqual(rest);
    const half = { ...decomposed, reward: null, utility_b: null };
    expect(composeReward(half)).toEqual({
      reward: null,
      components: { ca: 2, utility_a: 5, weight_a: 0.75, weight_b: 0.25 },
    });
  });

  test.each([
    ['ca', 2],
    ['utility_a', 5],
    ['utility_min', 1],
    ['utility_nash', 5],
  ] as const)('can be %s alone', (name, reward) => {
    expect(composeReward(decomposed, { [name]: 1 })).toEqual({ reward, components: { [name]: reward } });
  });

  test('of a deadlock in training is 0, also by each utility', () => {
    const nothing = { ...deadlocked, ca_score: null, utility_a: null, utility_b: null, weight_a: 0.5, weight_b: 0.5 };
    expect(composeReward(nothing)).toEqual({ reward: 0, components: { weight_a: 0.5, weight_b: 0.5 } });
    for (const name of ['ca', 'utility_a', 'utility_b', 'utility_min', 'utility_nash'] as const)
      expect(composeReward(nothing, { [name]: 1 }).reward).toBe(0);
  });

  test('is not gradable by utilities where scoring was holistic', () => {
    for (const name of ['utility_a', 'utility_b', 'utility_min', 'utility_nash'] as const)
      expect(composeReward(agreed, { [name]: 1 })).toEqual({ reward: null, components: {} });
  });
});
