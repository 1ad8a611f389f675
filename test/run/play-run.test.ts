import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type ChatModel, createRehearsalModel } from '../../src/chat/index.js';
import { seededRandom } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';
import type { PlannedEpisode } from '../../src/store/index.js';
import { plainModel } from '../support/played.js';
import { scriptedModel } from '../support/scripted-model.js';
import { contentOf, newDatabase, openAt, plannedRun, playWith, stumblingRehearsal } from '../support/whole-runs.js';

/** Takes its time, measured in turns of the event loop and drawn from `seed`; counts calls in flight. */
function slow(model: ChatModel, seed: number) {
  const random = seededRandom(seed);
  const count = { inFlight: 0, most: 0, calls: 0 };
  const wrapped: ChatModel = {
    ...model,
    async complete(request, signal) {
      count.calls++;
      count.most = Math.max(count.most, ++count.inFlight);
      for (let left = Math.floor(random() * 5); left >= 0; left--) await nextTurn();
      count.inFlight--;
      return model.complete(request, signal);
    },
  };
  return { model: wrapped, count };
}

async function played(input: Parameters<typeof plannedRun>[1], model: ChatModel) {
  const path = newDatabase();
  const store = openAt(path);
  const run = plannedRun(store, input);
  await playWith(model, store, run);
  const episodes = store.episodes(run.runId);
  const status = store.runs()[0]?.status;
  store.close();
  return { path, episodes, status };
}

describe('how many episodes are in flight', () => {
  test.each([1, 3, 7])('at concurrency %i, that many and never more', async (concurrency) => {
    const { model, count } = slow(createRehearsalModel(), concurrency);
    const { episodes } = await played({ groups: 2, group_size: 5, concurrency }, model);
    expect(count.most).toBe(concurrency);
    expect(count.inFlight).toBe(0);
    expect(episodes.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'done'));
  });

  test('never changes what is played: 1 and 64, whoever answers first, leave the same database', async () => {
    const input = { groups: 2, group_size: 3, max_rounds: 3, seed: 9 };
    const contents = [];
    for (const [concurrency, seed] of [
      [1, 0],
      [64, 1],
    ] as const) {
      const { path } = await played({ ...input, concurrency }, slow(stumblingRehearsal(), seed).model);
      const { runs, ...rest } = contentOf(path);
      expect(runs).toHaveLength(1);
      contents.push(rest);
    }
    expect(contents[0]?.['calls']?.length).toBeGreaterThan(40);
    expect(contents[1]).toEqual(contents[0]);
  });
});

describe('an episode that fails', () => {
  /** Declines whenever it is asked in one of these calls. */
  const declining = (calls: readonly number[]) => {
    const plain = plainModel();
    return scriptedModel(async (request, index) => {
      if (calls.includes(index)) throw new EntenteError('refused', 'the model declined');
      return (await plain.complete(request)).content;
    });
  };

  test('is recorded with its cause, and the others are played', async () => {
    const { episodes, status } = await played({ groups: 2, group_size: 3, concurrency: 1 }, declining([0, 6]));
    expect(status).toBe('done');
    expect(episodes.map((episode) => [episode.status, episode.failure, episode.reward])).toEqual([
      ['failed', 'refused', null],
      ['done', null, 4],
      ['failed', 'refused', null],
      ['done', null, 4],
      ['done', null, 4],
      ['done', null, 4],
    ]);
  });

  test('is not played again when the run is', async () => {
    const path = newDatabase();
    const store = openAt(path);
    const run = plannedRun(store, { groups: 1, group_size: 2, concurrency: 1 });
    await playWith(declining([0]), store, run);
    const model = plainModel();
    await playWith(model, store, run);
    expect(model.requests).toEqual([]);
    expect(store.episodes(run.runId).map(({ status }) => status)).toEqual(['failed', 'done']);
    store.close();
  });
});

describe('a run that has to stop', () => {
  test.each(['budget', 'storage', 'interrupted'] as const)(
    'for %s starts nothing more, keeps what is finished, and can be played on',
    async (code) => {
      const store = openAt(newDatabase());
      const run = plannedRun(store, { groups: 2, group_size: 3, concurrency: 1 });
      const plain = plainModel();
      // Each episode makes 5 calls: the first two are finished, the third stops in its third call.
      const model = scriptedModel(async (request, index) => {
        if (index === 12) throw new EntenteError(code, 'no further');
        return (await plain.complete(request)).content;
      });
      await expect(playWith(model, store, run)).rejects.toMatchObject({ code, message: 'no further' });
      expect(model.requests).toHaveLength(13);
      expect(store.runs()[0]).toMatchObject({ status: 'pending', finishedAt: null });
      const statuses = () => store.episodes(run.runId).map(({ status }) => status);
      expect(statuses()).toEqual(['done', 'done', 'running', 'pending', 'pending', 'pending']);
      expect(store.turns(store.episodes(run.runId)[2]?.episode_id ?? '')).toHaveLength(2);

      const rest = plainModel();
      await playWith(rest, store, run);
      expect(rest.requests).toHaveLength(3 + 3 * 5);
      expect(statuses()).toEqual(Array.from({ length: 6 }, () => 'done'));
      expect(store.runs()[0]).toMatchObject({ status: 'done', finishedAt: '2030-01-01T12:00:00.000Z' });
      store.close();
    },
  );

  test('because it was asked to finishes the calls in flight and throws interrupted', async () => {
    const store = openAt(newDatabase());
    const run = plannedRun(store, { groups: 1, group_size: 4, concurrency: 2 });
    const stop = new AbortController();
    const { model, count } = slow(
      scriptedModel(() => {
        stop.abort();
        return 'words';
      }),
      1,
    );
    await expect(playWith(model, store, run, { stopping: stop.signal })).rejects.toMatchObject({ code: 'interrupted' });
    expect(count).toMatchObject({ calls: 2, inFlight: 0 });
    const episodes = store.episodes(run.runId);
    expect(episodes.map(({ status }) => status)).toEqual(['running', 'running', 'pending', 'pending']);
    expect(episodes.map(({ episode_id }) => store.turns(episode_id).length)).toEqual([1, 1, 0, 0]);
    store.close();
  });

  test('before it began asks no model anything', async () => {
    const store = openAt(newDatabase());
    const run = plannedRun(store, { groups: 1, group_size: 2 });
    const model = plainModel();
    const playing = playWith(model, store, run, { stopping: AbortSignal.abort() });
    await expect(playing).rejects.toMatchObject({ code: 'interrupted' });
    expect(model.requests).toEqual([]);
    expect(store.runs()[0]?.status).toBe('pending');
    store.close();
  });
});

test('an observer is told of every episode once when it starts and once with its result', async () => {
  const store = openAt(newDatabase());
  const run = plannedRun(store, { groups: 2, group_size: 2, concurrency: 4 });
  const told: [string, number, unknown][] = [];
  const observer = {
    episodeStarted: ({ number }: PlannedEpisode) => void told.push(['started', number, null]),
    episodeFinished: ({ number }: PlannedEpisode, { reward }: { reward: number | null }) =>
      void told.push(['finished', number, reward]),
  };
  await playWith(plainModel({ score: 2 }), store, run, { observer });
  store.close();
  for (const number of [1, 2, 3, 4]) {
    expect(told.filter(([, about]) => about === number)).toEqual([
      ['started', number, null],
      ['finished', number, 2],
    ]);
  }
  expect(told).toHaveLength(8);
});
