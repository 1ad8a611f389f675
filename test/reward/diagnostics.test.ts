import { describe, expect, test } from 'vitest';
import { type DiagnosedEpisode, diagnoseGroups } from '../../src/reward/index.js';

const episode = (parts: Partial<DiagnosedEpisode> = {}): DiagnosedEpisode => ({
  ...{ reward: 1, components: {}, status: 'done', outcome: 'agreed', swapped: false, failure: null },
  ...{ completion_hash: null, completion_sample: null, learner_tokens: 0, tokens: 0, retried: false, truncated: false },
  ...parts,
});
const graded = (...rewards: (number | null)[]) => rewards.map((reward) => episode({ reward }));

test('of nothing, every share and mean is null, and every count 0', () => {
  const nothing = { mean: null, std: null, min: null, max: null };
  expect(diagnoseGroups([])).toEqual({
    groups: { planned: 0, complete: 0, short: 0 },
    zero_variance: { share: null, all_max: 0, all_min: 0, between: 0 },
    noise_share: null,
    reward: nothing,
    components: {},
    nulls: {},
    truncated_share: null,
    refused_share: null,
    reward_length_correlation: null,
    advantage: { std: { max: null, p99: null }, none: { max: null, p99: null }, batch: { max: null, p99: null } },
    duplicate_completion_share: null,
    distinct_2: null,
    retried: { share: null, reward_gap: null },
    agreement_rate: { as_written: null, swapped: null },
    tokens_per_live_group: null,
    usd_per_live_group: null,
  });
});

test('a group with a pending or running episode is short; failed ones are over', () => {
  const of = (status: DiagnosedEpisode['status']) => [episode(), episode({ status })];
  expect(diagnoseGroups([of('pending'), of('running'), of('failed'), of('done')]).groups).toEqual({
    planned: 4,
    complete: 2,
    short: 2,
  });
});

describe('groups without spread', () => {
  test('are counted among complete groups with two graded episodes, by where they lie', () => {
    const short = [...graded(2, 2), episode({ reward: null, status: 'pending' })];
    const groups = [graded(5, 5), graded(0, 0), graded(0, 0, null), graded(3, 3), graded(1, 2), graded(4), short];
    expect(diagnoseGroups(groups).zero_variance).toEqual({ share: 4 / 5, all_max: 1, all_min: 2, between: 1 });
  });

  test('are at the top where the reward can go no higher, 5 unless said otherwise', () => {
    const groups = [graded(1, 1), graded(5, 5)];
    expect(diagnoseGroups(groups).zero_variance).toMatchObject({ all_max: 1, between: 1 });
    expect(diagnoseGroups(groups, { top: 1 }).zero_variance).toMatchObject({ all_max: 1, between: 1 });
    expect(diagnoseGroups([graded(1, 1)], { top: 1 }).zero_variance).toMatchObject({ all_max: 1, between: 0 });
  });
});

test('groups of noise have a std above 0 and below that of the scorer on one text', () => {
  // Stds 1, 0.5 and 0.
  const groups = [graded(1, 3), graded(2, 3), graded(4, 4)];
  expect(diagnoseGroups(groups).noise_share).toBeNull();
  expect(diagnoseGroups(groups, { retestSd: 0.5 }).noise_share).toBe(0);
  expect(diagnoseGroups(groups, { retestSd: 0.6 }).noise_share).toBe(1 / 3);
  expect(diagnoseGroups(groups, { retestSd: 9 }).noise_share).toBe(2 / 3);
  expect(diagnoseGroups([], { retestSd: 9 }).noise_share).toBeNull();
});

test('reward and components have mean, std and range over all episodes that have them', () => {
  const groups = [
    [episode({ reward: 2, components: { ca: 2, rounds: 1 } }), episode({ reward: null })],
    [episode({ reward: 4, components: { ca: 4 } })],
  ];
  const found = diagnoseGroups(groups);
  expect(found.reward).toEqual({ mean: 3, std: 1, min: 2, max: 4 });
  expect(found.components).toEqual({
    ca: { mean: 3, std: 1, min: 2, max: 4 },
    rounds: { mean: 1, std: 0, min: 1, max: 1 },
  });
});

test('nulls are counted by their cause: what failed, else where the episode stands', () => {
  const { nulls, refused_share, truncated_share } = diagnoseGroups([
    [
      episode({ reward: null, failure: 'refused', status: 'failed' }),
      episode({ reward: null, failure: 'unparsable' }),
      episode({ reward: null, failure: 'unparsable' }),
      episode({ reward: null, status: 'pending' }),
    ],
    [episode({ reward: 3, truncated: true }), episode({ failure: 'timeout' }), episode(), episode()],
  ]);
  expect(nulls).toEqual({ refused: 1, unparsable: 2, pending: 1 });
  expect([refused_share, truncated_share]).toEqual([1 / 8, 1 / 8]);
});

describe('the correlation of reward and length', () => {
  const pairs = (...values: [number | null, number][]) =>
    values.map(([reward, learner_tokens]) => episode({ reward, learner_tokens }));
  const correlation = (...groups: DiagnosedEpisode[][]) => diagnoseGroups(groups).reward_length_correlation;

  test('is 1 where both rise together, −1 where one falls, and known in between', () => {
    expect(correlation(pairs([1, 10], [2, 20], [3, 30]))).toBeCloseTo(1, 12);
    expect(correlation(pairs([1, 30], [2, 20], [3, 10]))).toBeCloseTo(-1, 12);
    // Deviations (−1, 0, 1) and (−10, 20, −10) about means 2 and 20, shifted: r = 0; then (0, 10, 50) against (1, 2, 3).
    expect(correlation(pairs([1, 10], [2, 40], [3, 10]))).toBeCloseTo(0, 12);
    expect(correlation(pairs([1, 0], [2, 10], [3, 50]))).toBeCloseTo(50 / Math.sqrt(2 * 1400), 12);
  });

  test('is the mean over groups, without those in which either does not vary', () => {
    expect(correlation(pairs([1, 10], [2, 20]), pairs([1, 20], [2, 10]))).toBeCloseTo(0, 12);
    expect(correlation(pairs([1, 10], [2, 20]), pairs([1, 10], [1, 20]), pairs([1, 5], [2, 5]))).toBeCloseTo(1, 12);
    expect(correlation(pairs([1, 10], [1, 20]))).toBeNull();
    expect(correlation(pairs([1, 10], [2, 10]))).toBeNull();
  });

  test('leaves out what is not graded', () => {
    expect(correlation(pairs([null, 999], [1, 10], [2, 20], [null, 0]))).toBeCloseTo(1, 12);
  });
});

test('the extremes of the advantage are over all groups, by three ways of scaling', () => {
  // Group stds 1 and 3; deviations 1, 1, 3, 3, so the std of the run is √5.
  const { advantage } = diagnoseGroups([graded(1, 3, null), graded(0, 6)]);
  expect(advantage.std.max).toBe(1);
  expect(advantage.none).toEqual({ max: 3, p99: 3 });
  expect(advantage.batch.max).toBeCloseTo(3 / Math.sqrt(5), 12);
  // Of 200 advantages the 99th percentile is the 198th in order: 98 of size 1, 100 of 2, then two of 50.
  const many = diagnoseGroups([...Array(49).fill(graded(1, 3)), ...Array(50).fill(graded(0, 4)), graded(0, 100)]);
  expect(many.advantage.none).toEqual({ max: 50, p99: 2 });
});

describe('completions', () => {
  const of = (...texts: (string | null)[]) =>
    texts.map((text) => episode({ completion_hash: text, completion_sample: text }));

  test('that are alike are duplicates, but for the first', () => {
    expect(diagnoseGroups([of('a', 'b'), of('a', 'a', null)]).duplicate_completion_share).toBe(2 / 4);
    expect(diagnoseGroups([of('a', 'b', 'c')]).duplicate_completion_share).toBe(0);
  });

  test('have distinct bigrams by words, in lower case and over any white space', () => {
    expect(diagnoseGroups([of('we share the boat')]).distinct_2).toBe(1);
    expect(diagnoseGroups([of('We  share\nit', 'we share it')]).distinct_2).toBe(2 / 4);
    expect(diagnoseGroups([of('go go go')]).distinct_2).toBe(1 / 2);
    expect(diagnoseGroups([of('word', null)]).distinct_2).toBeNull();
    // Told apart by their hashes, all of them; their words by the sample alone.
    const sampled = [episode({ completion_hash: 'x', completion_sample: 'a b' }), episode({ completion_hash: 'x' })];
    expect(diagnoseGroups([sampled])).toMatchObject({ duplicate_completion_share: 1 / 2, distinct_2: 1 });
  });
});

test('the gap of episodes that took another try is that of their mean rewards, null without either kind', () => {
  const tried = (retried: boolean, reward: number | null) => episode({ retried, reward });
  const found = diagnoseGroups([[tried(true, 1), tried(true, 2), tried(false, 4), tried(true, null)]]);
  expect(found.retried).toEqual({ share: 3 / 4, reward_gap: -2.5 });
  expect(diagnoseGroups([[tried(false, 4)]]).retried).toEqual({ share: 0, reward_gap: null });
  expect(diagnoseGroups([[tried(true, 4)]]).retried).toEqual({ share: 1, reward_gap: null });
});

test('agreement is counted among settled episodes, apart for pairs dealt the other way round', () => {
  const of = (outcome: DiagnosedEpisode['outcome'], swapped: boolean) => episode({ outcome, swapped });
  const settled = [of('agreed', false), of('deadlocked', false), of('agreed', false), of('deadlocked', false)];
  const open = [of(null, false), of(null, true)];
  expect(diagnoseGroups([[...settled, ...open]]).agreement_rate).toEqual({ as_written: 1 / 2, swapped: null });
  expect(diagnoseGroups([[of('agreed', true), of('agreed', true), of('deadlocked', true)]]).agreement_rate).toEqual({
    as_written: null,
    swapped: 2 / 3,
  });
});

test('tokens and dollars are those of the whole run, for each group with a signal', () => {
  const costly = (...rewards: number[]) => rewards.map((reward) => episode({ reward, tokens: 100 }));
  const groups = [costly(1, 2), costly(2, 4), costly(3, 3)];
  expect(diagnoseGroups(groups, { usd: 5 })).toMatchObject({ tokens_per_live_group: 300, usd_per_live_group: 2.5 });
  expect(diagnoseGroups(groups)).toMatchObject({ tokens_per_live_group: 300, usd_per_live_group: null });
  expect(diagnoseGroups([costly(3, 3)], { usd: 5 })).toMatchObject({
    tokens_per_live_group: null,
    usd_per_live_group: null,
  });
});
