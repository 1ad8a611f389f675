import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EpisodeResult } from '../../src/domain/index.js';
import { resolveConfig } from '../../src/domain/index.js';
import { planGroups } from '../../src/run/plan.js';
import { type NewRun, openStore } from '../../src/store/index.js';
import { emptyFolder } from '../support/cli.js';
import { scenarioNumber, spokenCall, storeEndings, traceOf } from '../support/stored-runs.js';
import { complaintOf } from '../support/untouched.js';

const at = (time: string) => () => new Date(`2030-01-01T${time}:00.000Z`);

const swapped = { ...scenarioNumber(1), swapped: true };

function newRun(runId: string, more: Partial<NewRun> = {}): NewRun {
  const { config } = resolveConfig({});
  const createdAt = at('08:00')().toISOString();
  const groups = planGroups(runId, [scenarioNumber(0), swapped], 2);
  const prompts = [{ name: 'speaker', hash: 'abc', text: 'Speak.' }];
  return { runId, name: runId, seed: 4, createdAt, config, version: '0', notice: null, groups, prompts, ...more };
}

const graded: EpisodeResult = {
  status: 'done',
  outcome: 'agreed',
  rounds: 2,
  completion: 'We will row in turns.',
  ca: { overall: 3.5, knowledge: 1, benevolence: 2, power: 3, vitality: 4 },
  reward: 3.5,
  failure: null,
};
const failed: EpisodeResult = {
  ...{ status: 'failed', outcome: null, rounds: 1, completion: null, ca: null, reward: null },
  failure: { code: 'timeout', message: 'no answer within 120 s' },
};

describe('a run in the store', () => {
  test('is there whole or not at all', () => {
    const store = openStore(join(emptyFolder(), 'runs.db'), { mode: 'write' });
    const [first, second] = newRun('broken').groups;
    const clash = [first, { ...second, groupId: first?.groupId }] as NewRun['groups'];
    expect(complaintOf(() => store.createRun(newRun('broken', { groups: clash }))).code).toBe('storage');
    expect(store.runs()).toEqual([]);
    expect(store.episodes('broken')).toEqual([]);
    store.createRun(newRun('broken'));
    expect(store.episodes('broken')).toHaveLength(4);
    store.close();
  });

  test('cannot take the name of another', () => {
    const store = openStore(join(emptyFolder(), 'runs.db'), { mode: 'write' });
    store.createRun(newRun('one', { name: 'brisk-otter' }));
    expect(complaintOf(() => store.createRun(newRun('two', { name: 'brisk-otter' }))).code).toBe('storage');
    expect(store.runs().map(({ runId }) => runId)).toEqual(['one']);
    store.close();
  });

  test('comes back with its frozen config, notice and times, latest last', () => {
    const path = join(emptyFolder(), 'runs.db');
    const store = openStore(path, { mode: 'write', now: at('11:30') });
    const { config } = resolveConfig({
      window: 'all',
      policy_version: 'step 12',
      prices: { m: { prompt: 1, completion: 2 } },
    });
    store.createRun(newRun('later', { createdAt: at('09:00')().toISOString(), config, notice: 'a rehearsal' }));
    store.createRun(newRun('earlier'));
    store.setRunStatus('later', 'running');
    expect(store.runs().at(-1)).toMatchObject({ runId: 'later', status: 'running', finishedAt: null });
    store.setRunStatus('later', 'done');
    store.close();
    const [earlier, later] = openStore(path, { mode: 'read' }).runs();
    expect(earlier).toMatchObject({ runId: 'earlier', status: 'pending', notice: null, finishedAt: null });
    expect(later).toEqual({
      ...{ runId: 'later', name: 'later', status: 'done', seed: 4, config, notice: 'a rehearsal' },
      ...{ createdAt: at('09:00')().toISOString(), finishedAt: at('11:30')().toISOString() },
    });
  });

  test('goes on with the episodes that are pending or were interrupted, in their order, with their scenarios', async () => {
    const store = openStore(join(emptyFolder(), 'runs.db'), { mode: 'write' });
    store.createRun(newRun('r'));
    await Promise.all([
      ...[store.startEpisode('r-2'), store.startEpisode('r-1')],
      ...[store.finishEpisode('r-1', graded), store.finishEpisode('r-3', failed)],
    ]);
    const left = store.unfinishedEpisodes('r');
    expect(left).toEqual([
      {
        ...{ episodeId: 'r-2', number: 2, groupId: 'r-g1', groupOrdinal: 0, sampleIndex: 1 },
        scenario: scenarioNumber(0),
      },
      {
        ...{ episodeId: 'r-4', number: 4, groupId: 'r-g2', groupOrdinal: 1, sampleIndex: 1 },
        scenario: swapped,
      },
    ]);
    expect(store.episodes('r').map(({ status }) => status)).toEqual(['done', 'running', 'failed', 'pending']);
    expect([store.scenario('r-g1'), store.scenario('r-g2')]).toEqual([scenarioNumber(0), swapped]);
    const run = store.runs()[0] ?? expect.fail('no run');
    expect(store.overview(run)).toEqual({ run, episodes: 4, finished: 2, failed: 1, agreed: 1 });
    store.close();
  });

  test('keeps the result of an episode as it was graded, a failure with its cause, and never a second result', () => {
    const store = openStore(join(emptyFolder(), 'runs.db'), { mode: 'write' });
    store.createRun(newRun('r'));
    const written = spokenCall(2, null);
    const reply = { ...written.reply, content: 'We will row in turns.' };
    store.journal('r-1').record({ ...written, key: { ...written.key, kind: 'completion' }, reply });
    store.finishEpisode('r-1', graded);
    store.finishEpisode('r-1', { ...graded, reward: 0, completion: 'other words' });
    store.finishEpisode('r-1', failed);
    store.finishEpisode('r-2', failed);
    const place = {
      group_id: 'r-g1',
      dilemma_id: 'dilemma-0',
      pair_id: 'pair-0',
      tier: 'professional',
      domain: 'work',
    };
    expect(store.episode('r', 1)).toEqual({
      ...place,
      ...{ episode_id: 'r-1', number: 1, sample_index: 0, status: 'done', outcome: 'agreed', rounds: 2 },
      ...{ completion: 'We will row in turns.', ca_score: 3.5, knowledge: 1, benevolence: 2, power: 3, vitality: 4 },
      ...{ utility_a: null, utility_b: null, weight_a: null, weight_b: null },
      ...{ reward: 3.5, failure: null, failure_message: null },
    });
    expect(store.episode('r', 2)).toMatchObject({
      ...{ status: 'failed', outcome: null, ca_score: null, reward: null },
      ...{ failure: 'timeout', failure_message: 'no answer within 120 s' },
    });
    expect(store.episode('r', 5)).toBeNull();
    store.close();
  });

  test('finds episodes by the beginning of their id, at most three, and takes no wildcard from the user', () => {
    const { store, run } = storeEndings(join(emptyFolder(), 'runs.db'), [Array.from({ length: 12 }, () => null)]);
    const idsFrom = (prefix: string) => store.episodesById(`${run.runId}${prefix}`).map(({ number }) => number);
    expect(idsFrom('-7')).toEqual([7]);
    expect(idsFrom('-1')).toEqual([1, 10, 11]);
    expect(idsFrom('-[27]')).toEqual([]);
    expect(idsFrom('-x')).toEqual([]);
    store.close();
  });
});

test('usage counts the tokens, retries and cut replies of every call of the run, by model', () => {
  const { store, run } = storeEndings(join(emptyFolder(), 'runs.db'), [[null, null]]);
  const [one, two] = store.unfinishedEpisodes(run.runId).map(({ episodeId }) => store.journal(episodeId));
  const attempt = { code: 'timeout', message: 'too late', ms: 3 };
  const spoken = (turn: number, model: string, tokens: number) => {
    const call = spokenCall(turn, traceOf(Array(tokens).fill(1), [1, 2], null));
    return { ...call, model };
  };
  const cut = spoken(1, 'b', 7);
  one?.record(spoken(0, 'a', 5));
  one?.record({ ...cut, reply: { ...cut.reply, finishReason: 'length', failedAttempts: [attempt, attempt] } });
  two?.record(spoken(0, 'a', 4));
  two?.record({ ...spokenCall(1, null), model: 'silent' });
  expect(store.usage(run.runId)).toEqual([
    { model: 'a', calls: 2, prompt_tokens: 9, completion_tokens: 4, retries: 0, truncated: 0 },
    { model: 'b', calls: 1, prompt_tokens: 7, completion_tokens: 2, retries: 2, truncated: 1 },
    { model: 'silent', calls: 1, prompt_tokens: 0, completion_tokens: 0, retries: 0, truncated: 0 },
  ]);
  store.close();
});
