import { describe, expect, test } from 'vitest';
import { type ChatModel, createBudget } from '../../src/chat/index.js';
import { EntenteError } from '../../src/errors.js';
import { createMemoryJournal, playEpisode } from '../../src/run/index.js';
import { keysOf, tableOf } from '../support/played.js';
import { smallScenario } from '../support/small-scenario.js';
import { contentOf, newDatabase, openAt, plannedRun, playWith, stumblingRehearsal } from '../support/whole-runs.js';

/** Counts its calls and dies in call `place` (from 0), as at a crash: the call is made, its result is lost. */
function dyingIn(place: number): { model: ChatModel; calls: () => number } {
  const inner = stumblingRehearsal();
  let calls = 0;
  const model: ChatModel = {
    ...inner,
    async complete(request, signal) {
      const reply = await inner.complete(request, signal);
      if (calls++ === place) throw new EntenteError('interrupted', 'the process died');
      return reply;
    },
  };
  return { model, calls: () => calls };
}

const kinds = [
  ['a negotiation that agrees in training', { max_rounds: 4 }, 'agreed'],
  ['a deadlock under evaluation', { mode: 'eval', max_rounds: 1 }, 'deadlocked'],
  ['a solo answer', { protocol: 'solo' }, null],
  [
    'a negotiation with panels, several samples and decomposed scoring',
    {
      max_rounds: 4,
      scorer_method: 'decomposed',
      judge: ['rehearsal', 'rehearsal'],
      scorer: { model: 'rehearsal', samples: 3 },
    },
    'agreed',
  ],
] as const;

/** With this seed the judges stumble over agreement and score alike, so that repair calls occur. */
const seed = 2;

describe.each(kinds)('%s', (_name, input, outcome) => {
  const scenario = smallScenario();
  const weights = 'scorer_method' in input ? { weights: { A: 0.75, B: 0.25 } } : {};

  async function uninterrupted() {
    const journal = createMemoryJournal();
    const { model, calls } = dyingIn(Number.POSITIVE_INFINITY);
    const result = await playEpisode(tableOf(model, input), { scenario, seed, journal, ...weights });
    expect(calls()).toBe(journal.calls.length);
    const kindsAsked = keysOf(journal);
    expect(kindsAsked).toContain('0 ca.repair');
    if ('scorer_method' in input)
      expect(kindsAsked).toEqual(expect.arrayContaining(['0 utility.A.repair', '0 utility.B']));
    expect(result).toMatchObject({ status: 'done', outcome });
    return { journal, result };
  }

  test('that dies in any of its calls and is resumed equals the uninterrupted one; only the lost call is made again', async () => {
    const whole = await uninterrupted();
    for (const [place] of whole.journal.calls.entries()) {
      const journal = createMemoryJournal();
      const dying = dyingIn(place);
      const episode = { scenario, seed, journal, ...weights };
      await expect(playEpisode(tableOf(dying.model, input), episode)).rejects.toMatchObject({ code: 'interrupted' });
      expect(journal.calls).toHaveLength(place);
      const { model, calls } = dyingIn(Number.POSITIVE_INFINITY);
      expect(await playEpisode(tableOf(model, input), episode)).toEqual(whole.result);
      expect(journal.calls).toEqual(whole.journal.calls);
      expect(calls()).toBe(whole.journal.calls.length - place);
    }
  });

  test('that is asked to stop after any of its calls finishes that call, and no call is made twice', async () => {
    const whole = await uninterrupted();
    for (const [place] of whole.journal.calls.entries()) {
      const stop = new AbortController();
      const journal = createMemoryJournal();
      const { model, calls } = dyingIn(Number.POSITIVE_INFINITY);
      const stopping: ChatModel = {
        ...model,
        async complete(request, signal) {
          if (calls() === place) stop.abort();
          return model.complete(request, signal);
        },
      };
      const playing = playEpisode(tableOf(stopping, input), {
        scenario,
        seed,
        journal,
        ...weights,
        stopping: stop.signal,
      });
      const last = place === whole.journal.calls.length - 1;
      // Stopped in its very last call, an episode has nothing left to do.
      if (last) expect(await playing).toEqual(whole.result);
      else await expect(playing).rejects.toMatchObject({ code: 'interrupted' });
      expect(calls()).toBe(place + 1);
      expect(await playEpisode(tableOf(model, input), { scenario, seed, journal, ...weights })).toEqual(whole.result);
      expect(journal.calls).toEqual(whole.journal.calls);
      expect(calls()).toBe(whole.journal.calls.length);
    }
  });
});

test('a finished episode is played again from its journal without any call', async () => {
  const journal = createMemoryJournal();
  const episode = { scenario: smallScenario(), seed, journal };
  const result = await playEpisode(tableOf(stumblingRehearsal()), episode);
  const silent = dyingIn(0);
  const copy = createMemoryJournal(journal.calls);
  expect(await playEpisode(tableOf(silent.model), { ...episode, journal: copy })).toEqual(result);
  expect(silent.calls()).toBe(0);
  expect(copy.calls).toEqual(journal.calls);
});

test('an episode whose budget ran out goes on under a larger one to the same end', async () => {
  const scenario = smallScenario();
  const whole = createMemoryJournal();
  const result = await playEpisode(tableOf(stumblingRehearsal()), { scenario, seed, journal: whole });
  const journal = createMemoryJournal();
  const limited = (maxTokens: number) => {
    const budget = createBudget({ maxTokens, maxUsd: null, prices: {}, spent: { tokens: 0, usd: 0 } });
    return tableOf(budget.over(stumblingRehearsal()));
  };
  const playing = playEpisode(limited(4000), { scenario, seed, journal });
  await expect(playing).rejects.toMatchObject({ code: 'budget', message: expect.stringContaining('4000') });
  expect(journal.calls.length).toBeGreaterThan(0);
  expect(journal.calls.length).toBeLessThan(whole.calls.length);
  expect(await playEpisode(limited(10 ** 9), { scenario, seed, journal })).toEqual(result);
  expect(journal.calls).toEqual(whole.calls);
});

const judgings = [
  ['holistic scoring', {}, [[0], [5], [-1], [3, 0, 2, 1]]],
  [
    'decomposed scoring and two samples',
    { scorer_method: 'decomposed', scorer: { model: 'rehearsal', samples: 2 } },
    // The first calls elicit the weights.
    [[3], [12], [6, 2, 5, 9]],
  ],
] as const;

test.each(judgings)(
  'a run under %s that dies in some of its calls, one or several times, and is resumed leaves the very database of an uninterrupted run',
  async (_name, judging, deaths) => {
    const input = { groups: 1, group_size: 2, max_rounds: 2, concurrency: 2, seed: 5, ...judging };
    async function played(places: readonly number[]) {
      const path = newDatabase();
      const store = openAt(path);
      plannedRun(store, input);
      store.close();
      let made = 0;
      for (const place of [...places, Number.POSITIVE_INFINITY]) {
        const again = openAt(path);
        const [run] = again.runs();
        if (run === undefined) throw new Error('the run is gone');
        const { model, calls } = dyingIn(place);
        const playing = playWith(model, again, run);
        if (place === Number.POSITIVE_INFINITY) await playing;
        else await expect(playing).rejects.toMatchObject({ code: 'interrupted' });
        expect(again.runs()[0]?.status).toBe(place === Number.POSITIVE_INFINITY ? 'done' : 'pending');
        made += calls();
        again.close();
      }
      return { content: contentOf(path), made };
    }
    const whole = await played([]);
    expect([...(whole.content['calls'] ?? []), ...(whole.content['weight_calls'] ?? [])]).toHaveLength(whole.made);
    for (const death of deaths) {
      const places = death.map((place) => (place < 0 ? whole.made + place : place));
      const { content, made } = await played(places);
      expect(content).toEqual(whole.content);
      expect(made).toBe(whole.made + places.length);
    }
  },
);
