import { describe, expect, test } from 'vitest';
import { summarise } from '../../src/report/index.js';
import type { EpisodeRow } from '../../src/store/index.js';

const pending: EpisodeRow = {
  ...{ episode_id: 'r-1', number: 1, group_id: 'g1', sample_index: 0, dilemma_id: 'd', pair_id: 'p' },
  ...{ tier: 'everyday', domain: 'work', status: 'pending', outcome: null, rounds: null },
  ...{ ca_score: null, knowledge: null, benevolence: null, power: null, vitality: null, reward: null },
  ...{ utility_a: null, utility_b: null, weight_a: null, weight_b: null },
  ...{ failure: null, failure_message: null },
};

const agreed = (rounds: number, score: number | null, more: Partial<EpisodeRow> = {}): EpisodeRow => ({
  ...pending,
  ...{ status: 'done', outcome: 'agreed', rounds, ca_score: score, reward: score },
  ...(score === null ? { failure: 'unparsable' } : {}),
  ...more,
});
const deadlocked = (more: Partial<EpisodeRow> = {}): EpisodeRow => ({
  ...pending,
  ...{ status: 'done', outcome: 'deadlocked', rounds: 7, reward: 0 },
  ...more,
});
const failed = (failure: string, more: Partial<EpisodeRow> = {}): EpisodeRow => ({
  ...pending,
  ...{ status: 'failed', rounds: 3, failure },
  ...more,
});

const nothing = {
  ...{ agreed: 0, deadlocked: 0, failed: 0, unfinished: 0, graded: 0 },
  ...{ agreement_rate: null, agreement_interval: null, rounds_to_agreement: null },
  ...{ rounds_interval: null, rounds_median: null },
  ...{ ca_mean: null, ca_interval: null, ca_sd: null, ca_min: null, ca_max: null },
  ...{ knowledge: null, benevolence: null, power: null, vitality: null },
  aspect_intervals: { knowledge: null, benevolence: null, power: null, vitality: null },
};

describe('the summary of a run', () => {
  test('without any episode has counts of 0 and no means', () => {
    expect(summarise([], [])).toEqual({
      overall: { episodes: 0, dilemmas: 0, ...nothing },
      ...{ tiers: [], domains: [], pairs: [], outcomes: [], stakeholders: null },
      survival: { steps: [], median: null },
      groups: {
        ...{ groups: 0, graded: 0, zero_variance: 0, zero_variance_share: null },
        reward_min: null,
        reward_mean: null,
        reward_max: null,
      },
      ...{ failures: [], failed_attempts: [] },
      usage: [],
      tokens: { prompt: 0, completion: 0, total: 0 },
    });
  });

  test('of more episodes than a function takes arguments has their least and greatest score', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => agreed(1, index % 5));
    expect(summarise(many, []).overall).toMatchObject({ episodes: 200_000, ca_min: 0, ca_max: 4 });
  });

  test('of episodes that all failed has no rate: failures are no evidence of deadlock', () => {
    const { overall, groups, failures, outcomes } = summarise(
      [failed('timeout'), failed('refused'), failed('refused')],
      [],
    );
    expect(overall).toEqual({ ...nothing, episodes: 3, dilemmas: 1, failed: 3 });
    expect(groups).toMatchObject({ groups: 1, graded: 0, zero_variance: 0, reward_mean: null });
    expect(failures).toEqual([
      { code: 'refused', episodes: 2 },
      { code: 'timeout', episodes: 1 },
    ]);
    expect(outcomes).toEqual([{ outcome: null, episodes: 3, rounds_mean: 3, reward_mean: null }]);
  });

  test('of episodes not yet played counts them as unfinished', () => {
    const { overall } = summarise([pending, { ...pending, status: 'running' }], []);
    expect(overall).toEqual({ ...nothing, episodes: 2, dilemmas: 1, unfinished: 2 });
  });

  test('takes the rate over what was settled, rounds over agreements, scores over what was scored', () => {
    const rows = [agreed(1, 5), agreed(2, 4), agreed(6, null), deadlocked(), failed('timeout'), pending];
    const { overall, outcomes } = summarise(rows, []);
    expect(overall).toEqual({
      ...nothing,
      ...{ episodes: 6, dilemmas: 1, agreed: 3, deadlocked: 1, failed: 1, unfinished: 1, graded: 3 },
      ...{ agreement_rate: 0.75, rounds_to_agreement: 3, rounds_median: 2 },
      // Wilson: 3 of 4.
      agreement_interval: { low: expect.closeTo(0.3006, 4), high: expect.closeTo(0.9544, 4) },
      ...{ ca_mean: 4.5, ca_sd: expect.closeTo(Math.SQRT1_2, 12), ca_min: 4, ca_max: 5 },
    });
    expect(outcomes).toEqual([
      { outcome: 'agreed', episodes: 3, rounds_mean: 3, reward_mean: 4.5 },
      { outcome: 'deadlocked', episodes: 1, rounds_mean: 7, reward_mean: 0 },
      { outcome: null, episodes: 2, rounds_mean: 3, reward_mean: null },
    ]);
  });

  test('never takes an unread score for 0, nor the 0 of a training deadlock for a score', () => {
    const { overall, groups, failures } = summarise([agreed(2, null), deadlocked()], []);
    expect(overall).toMatchObject({ graded: 1, ca_mean: null, ca_sd: null, ca_min: null, ca_max: null });
    expect(groups).toMatchObject({ graded: 1, reward_mean: 0 });
    expect(failures).toEqual([{ code: 'unparsable', episodes: 1 }]);
  });

  test('of a single score has no standard deviation', () => {
    expect(summarise([agreed(1, 3)], []).overall).toMatchObject({ ca_mean: 3, ca_sd: null, ca_min: 3, ca_max: 3 });
  });

  test('counts the deadlocks of an evaluation among the scores, as their completions were scored', () => {
    const { overall } = summarise([agreed(1, 4), deadlocked({ ca_score: 2, reward: 2 })], []);
    expect(overall).toMatchObject({ agreement_rate: 0.5, ca_mean: 3, graded: 2 });
  });

  test('of a solo run has scores but no rate', () => {
    const solo = agreed(0, 4, { outcome: null });
    expect(summarise([solo, solo], []).overall).toMatchObject({ agreement_rate: null, ca_mean: 4, graded: 2 });
  });

  test('lists tiers from the highest stakes down, each with its own figures, and none that was not played', () => {
    const rows = [
      agreed(1, 2, { tier: 'everyday' }),
      deadlocked({ tier: 'professional' }),
      agreed(3, 4, { tier: 'everyday' }),
    ];
    expect(
      summarise(rows, []).tiers.map(({ tier, episodes, agreement_rate, ca_mean }) => [
        tier,
        episodes,
        agreement_rate,
        ca_mean,
      ]),
    ).toEqual([
      ['professional', 1, 0, null],
      ['everyday', 2, 1, 3],
    ]);
  });

  test('flags groups without spread, but none with a single graded episode', () => {
    const group = (group_id: string, ...rewards: (number | null)[]) =>
      rewards.map((reward) => agreed(1, reward, { group_id }));
    const rows = [
      ...group('flat', 2, 2, null, 2),
      ...group('live', 1, 3, 5),
      ...group('lone', 4, null),
      ...group('flat at nothing', 0, 0),
      ...group('empty', null, null),
    ];
    expect(summarise(rows, []).groups).toEqual({
      // Of the three with two graded episodes or more.
      ...{ groups: 5, graded: 4, zero_variance: 2, zero_variance_share: 2 / 3 },
      ...{ reward_min: (2 + 1 + 4 + 0) / 4, reward_mean: (2 + 3 + 4 + 0) / 4, reward_max: (2 + 5 + 4 + 0) / 4 },
    });
  });

  test('adds the tokens of all models up', () => {
    const usage = (model: string, prompt_tokens: number, completion_tokens: number) => ({
      ...{ model, prompt_tokens, completion_tokens, calls: 1, retries: 0, truncated: 0 },
    });
    const both = [usage('a', 100, 10), usage('b', 20, 3)];
    expect(summarise([], both)).toMatchObject({ usage: both, tokens: { prompt: 120, completion: 13, total: 133 } });
  });
});
