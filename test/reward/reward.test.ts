import { describe, expect, test } from 'vitest';
import type { CollectiveAgency, EpisodeResult } from '../../src/domain/index.js';
import { rewardOf } from '../../src/reward/index.js';

type Ungraded = Omit<EpisodeResult, 'reward'>;

const scored = (overall: number): CollectiveAgency => ({
  overall,
  knowledge: 5,
  benevolence: 5,
  power: 5,
  vitality: 5,
});
const unread = { code: 'unparsable', message: 'the CA score could not be read' };
const agreed: Ungraded = {
  ...{ status: 'done', outcome: 'agreed', rounds: 2, completion: 'We will.', ca: scored(3.5), failure: null },
};

const table: { what: string; result: Ungraded; reward: number | null }[] = [
  { what: 'an agreement earns the overall score', result: agreed, reward: 3.5 },
  { what: 'a score of 0 is a reward of 0', result: { ...agreed, ca: scored(0) }, reward: 0 },
  {
    what: 'an agreement whose score could not be read',
    result: { ...agreed, ca: null, failure: unread },
    reward: null,
  },
  {
    what: 'an agreement that came without a completion or score',
    result: { ...agreed, completion: null, ca: null, failure: unread },
    reward: null,
  },
  {
    what: 'a deadlock in training, without a completion',
    result: { ...agreed, outcome: 'deadlocked', completion: null, ca: null },
    reward: 0,
  },
  {
    what: 'a deadlock in evaluation earns the score of its completion',
    result: { ...agreed, outcome: 'deadlocked' },
    reward: 3.5,
  },
  {
    what: 'a deadlock in evaluation whose score could not be read',
    result: { ...agreed, outcome: 'deadlocked', ca: null, failure: unread },
    reward: null,
  },
  { what: 'a solo answer earns its score', result: { ...agreed, outcome: null, rounds: 0 }, reward: 3.5 },
  {
    what: 'a solo answer whose score could not be read',
    result: { ...agreed, outcome: null, rounds: 0, ca: null, failure: unread },
    reward: null,
  },
  {
    what: 'a failed episode',
    result: { ...agreed, status: 'failed', outcome: null, completion: null, ca: null, failure: unread },
    reward: null,
  },
  {
    what: 'an episode that failed after it was scored or deadlocked',
    result: { ...agreed, status: 'failed', outcome: 'deadlocked', completion: null },
    reward: null,
  },
];

describe('the reward of an episode', () => {
  for (const { what, result, reward } of table) {
    test(`${what}: ${reward === null ? 'not gradable' : reward}`, () => {
      expect(rewardOf(result)).toBe(reward);
    });
  }
});
