import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ExportRequest, FormatName } from '../../src/export/index.js';
import { emptyFolder } from '../support/cli.js';
import { exportedAs, type SpokenEpisode, storeSpoken } from '../support/exports.js';
import { type StoredRun, traceOf } from '../support/stored-runs.js';

const [a1, b1] = [traceOf([1, 2], [3, 4], [-1, -2]), traceOf([1, 2, 3, 4, 8], [9], [-3])];
/** Goes on from `a1`, so that both are one row. */
const a2 = traceOf([1, 2, 3, 4, 8, 9], [5], [-4]);
/** Begins anew, so that it is a row of its own. */
const anew = traceOf([7], [5, 6], [-4, -5]);

function stored(...groups: SpokenEpisode[][]): StoredRun {
  const run = storeSpoken(emptyFolder(), groups);
  onTestFinished(() => run.store.close());
  return run;
}

async function recordsOf<T>(run: StoredRun, format: FormatName, options: Partial<ExportRequest['options']> = {}) {
  const exported = await exportedAs<T>(run, join(emptyFolder(), 'data.jsonl'), { format, options });
  return exported.records;
}

const episode = (reward: number | null, ...turns: SpokenEpisode['turns']): SpokenEpisode => ({
  ending: { reward },
  turns,
});

describe('trl', () => {
  interface Sample {
    model_version: number;
    group_id: number;
    metrics: Record<string, number>;
    policy_version: string | null;
  }
  const versioned = (policy_version: string | null) => {
    const played = stored([episode(1, a1), episode(2, a1)]);
    return { ...played, run: { ...played.run, config: { ...played.run.config, policy_version } } };
  };

  test('numbers groups by their place in the run, also where one before them gave nothing', async () => {
    const run = stored([episode(null, a1)], [episode(1, a1)], [episode(2, a1)]);
    expect((await recordsOf<Sample>(run, 'trl')).map(({ group_id }) => group_id)).toEqual([1, 2]);
  });

  test('takes a whole number for the version as it is, and keeps its text beside the sample', async () => {
    const samples = await recordsOf<Sample>(versioned('17'), 'trl');
    expect(samples.map(({ model_version, policy_version }) => [model_version, policy_version])).toEqual([
      [17, '17'],
      [17, '17'],
    ]);
  });

  test.each(['step-17', '1e3', '-1', '', '4.0'])('numbers a version of other words, "%s"', async (version) => {
    const samples = await recordsOf<Sample>(versioned(version), 'trl');
    expect(samples.map(({ model_version, policy_version }) => [model_version, policy_version])).toEqual([
      [0, version],
      [0, version],
    ]);
  });

  test('numbers policies without a version in order of appearance', async () => {
    const by = (model: string) => episode(1, { tokens: a1, model });
    const run = stored([by('x'), by('y'), by('x')]);
    const samples = await recordsOf<Sample>(run, 'trl', { allow: ['mixed-policy'] });
    expect(samples.map(({ model_version }) => model_version)).toEqual([0, 1, 0]);
  });

  test('names rewards as its worker does', async () => {
    const [sample] = await recordsOf<Sample>(stored([episode(3, a1)]), 'trl', { weights: { agreed: 2 } });
    expect(sample?.metrics).toEqual({ reward: 2, 'rewards/agreed': 1 });
  });
});

test('verl counts chat turns, the prompt as one', async () => {
  const run = stored([episode(1, a1, b1, a2, null, anew)]);
  const outputs = await recordsOf<{ num_turns: number }>(run, 'verl');
  expect(outputs.map(({ num_turns }) => num_turns)).toEqual([4, 2]);
});

test('skyrl has a trajectory for each seat, with a last step of its own', async () => {
  interface Step {
    trajectory_ids: { instance_id: string; repetition_id: number };
    is_last_step: boolean;
    rewards: number;
  }
  const run = stored([episode(4, a1, b1, anew)]);
  const steps = await recordsOf<Step>(run, 'skyrl', { seat: 'both' });
  expect(steps.map(({ trajectory_ids, is_last_step, rewards }) => [trajectory_ids, is_last_step, rewards])).toEqual([
    [{ instance_id: 'stored-id-g1/A', repetition_id: 0 }, false, 0],
    [{ instance_id: 'stored-id-g1/A', repetition_id: 0 }, true, 4],
    [{ instance_id: 'stored-id-g1/B', repetition_id: 0 }, true, 4],
  ]);
});

describe('prompts', () => {
  type Prompt = { extra_info: { dilemma_id: string; index: number } };
  const run = () => stored([episode(null, a1)], [{ ending: null, turns: [] }], [episode(1, a1)]);
  const none = {
    outcome: null,
    tier: null,
    minReward: null,
    maxReward: null,
    dropZeroVariance: false,
    maxLength: null,
  };

  test('are of every scenario of the run, whatever became of its episodes', async () => {
    const prompts = await recordsOf<Prompt>(run(), 'prompts');
    expect(prompts.map(({ extra_info }) => [extra_info.index, extra_info.dilemma_id])).toEqual([
      [0, 'dilemma-0'],
      [1, 'dilemma-1'],
      [2, 'dilemma-2'],
    ]);
  });

  test('are a set: a scenario played by two groups stands there once', async () => {
    const played = run();
    const twice = { ...played.store, groupIds: (id: string) => played.store.groupIds(id).flatMap((one) => [one, one]) };
    expect(await recordsOf<Prompt>({ ...played, store: twice }, 'prompts')).toHaveLength(3);
  });

  test('of one tier are those of its scenarios', async () => {
    const played = run();
    const { tier } = played.store.scenario('stored-id-g2').dilemma;
    const prompts = await recordsOf<Prompt>(played, 'prompts', { filter: { ...none, tier } });
    expect(prompts.map(({ extra_info }) => extra_info.dilemma_id)).toEqual(['dilemma-1']);
  });

  test.each([
    ['--outcome', { outcome: 'agreed' }],
    ['--min-reward', { minReward: 0 }],
    ['--max-reward', { maxReward: 5 }],
    ['--drop-zero-variance', { dropZeroVariance: true }],
    ['--max-length', { maxLength: 9 }],
  ] as const)('refuse %s, which is about what was played', async (flag, filter) => {
    await expect(recordsOf(run(), 'prompts', { filter: { ...none, ...filter } })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(new RegExp(`^${flag}: the format prompts `)),
    });
  });
});

describe('a longest length, where text is exported', () => {
  const filter = (maxLength: number) => ({
    ...{ outcome: null, tier: null, minReward: null, maxReward: null, dropZeroVariance: false, maxLength },
  });
  /** Prompt and reply of the learner are 4 and 7 tokens by the server's count; the other seat's 6 do not matter. */
  const run = () => stored([episode(1, a1), episode(3, a1, b1, a2), episode(2, a1)]);

  test.each(['sft', 'kto', 'chat', 'dpo'] as const)('%s leaves out what the server counted longer', async (format) => {
    const all = await exportedAs(run(), join(emptyFolder(), 'all.jsonl'), {
      format,
      options: { margin: 0, filter: filter(7) },
    });
    expect(all.manifest.counts).toMatchObject({ episodes: 3, left_out: {} });
    const short = await exportedAs(run(), join(emptyFolder(), 'short.jsonl'), {
      format,
      options: { margin: 0, filter: filter(6) },
    });
    expect(short.manifest.counts).toMatchObject({ episodes: 2, left_out: { 'too long': 1 } });
  });

  test('leaves out and counts what the server did not count', async () => {
    const { manifest, records } = await exportedAs(
      stored([episode(1, a1), episode(3, null)]),
      join(emptyFolder(), 's.jsonl'),
      {
        format: 'sft',
        options: { filter: filter(9) },
      },
    );
    expect([records.length, manifest.counts.left_out]).toEqual([1, { 'no token counts': 1 }]);
  });
});
