import { describe, expect, test } from 'vitest';
import { deliberationPrompts } from '../../src/deliberation/index.js';
import { resolveConfig } from '../../src/domain/index.js';
import { judgingPrompts } from '../../src/judging/index.js';
import { createMemoryJournal, playEpisode, tableFor } from '../../src/run/index.js';
import { keysOf, plainModel, type Script, tableOf } from '../support/played.js';
import { roleOf } from '../support/scripted-model.js';
import { smallScenario } from '../support/small-scenario.js';

const scenario = smallScenario();
const ca = { knowledge: 1, benevolence: 2, power: 3, vitality: 4, overall: 4 };

async function play(script: Script, input: Parameters<typeof tableOf>[1] = {}) {
  const model = plainModel(script);
  const journal = createMemoryJournal();
  const result = await playEpisode(tableOf(model, input), { scenario, seed: 11, journal });
  return { model, journal, result };
}

describe('an episode from first turn to reward', () => {
  test('that agrees in round 2 earns the score of its completion', async () => {
    const { journal, result } = await play({ agreeIn: 2 });
    expect(result).toEqual({
      status: 'done',
      outcome: 'agreed',
      rounds: 2,
      completion: 'Joint answer 0',
      ca,
      reward: 4,
      failure: null,
    });
    const dialogue = ['0 speak', '1 speak', '2 agreement', '2 speak', '3 speak', '4 agreement'];
    expect(keysOf(journal)).toEqual([...dialogue, '4 completion', '0 ca']);
  });

  test('that deadlocks in training earns 0, and no completion is asked for', async () => {
    const { journal, result } = await play({ agreeIn: 9 });
    expect(result).toMatchObject({ status: 'done', outcome: 'deadlocked', rounds: 2, completion: null, reward: 0 });
    expect(keysOf(journal).slice(-1)).toEqual(['4 agreement']);
  });

  test('that deadlocks under evaluation is completed and earns its score all the same', async () => {
    const { model, result } = await play({ agreeIn: 9, score: 2 }, { mode: 'eval' });
    expect(result).toMatchObject({ outcome: 'deadlocked', completion: 'Joint answer 0', reward: 2 });
    const asked = model.requests.find((request) => roleOf(request) === 'Joint answer');
    expect(asked?.messages[1]?.content).toContain('"agreed":false');
  });

  test('that is solo answers the dilemma alone', async () => {
    const { model, journal, result } = await play({ score: 5 }, { protocol: 'solo' });
    expect(result).toMatchObject({
      status: 'done',
      outcome: null,
      rounds: 0,
      completion: 'Direct answer 0',
      reward: 5,
    });
    expect(keysOf(journal)).toEqual(['0 completion', '0 ca']);
    expect(model.requests[0]?.messages[1]).toEqual({ role: 'user', content: scenario.dilemma.text });
    expect(journal.calls[0]?.promptHash).toBe(deliberationPrompts.solo.hash);
  });

  test('that is scored 0 has the reward 0, which is a grade', async () => {
    expect((await play({ score: 0 })).result).toMatchObject({ status: 'done', reward: 0, failure: null });
  });
});

describe('every call', () => {
  test('is recorded with who spoke, in which round, from which words of ours', async () => {
    const { journal } = await play({ agreeIn: 2 });
    const { speaker, completion } = deliberationPrompts;
    const { agreement, collectiveAgency } = judgingPrompts;
    expect(journal.calls.map(({ seat, round, promptHash }) => [seat, round, promptHash])).toEqual([
      ['A', 1, speaker.hash],
      ['B', 1, speaker.hash],
      [null, 1, agreement.hash],
      ['A', 2, speaker.hash],
      ['B', 2, speaker.hash],
      [null, 2, agreement.hash],
      ['A', 0, completion.hash],
      [null, 0, collectiveAgency.hash],
    ]);
    expect(journal.calls.map(({ verdict }) => verdict?.value ?? null)).toEqual([
      ...[null, null, 0, null, null, 1, null, 4],
    ]);
    expect(new Set(journal.calls.map(({ model }) => model))).toEqual(new Set(['scripted']));
  });

  test('has a seed of its own that follows from the episode’s', async () => {
    const { model, journal } = await play({ agreeIn: 2 });
    const seeds = journal.calls.map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(8);
    expect(model.requests.map(({ seed }) => seed)).toEqual(seeds);
    expect((await play({ agreeIn: 2 })).journal.calls.map(({ seed }) => seed)).toEqual(seeds);
    const other = createMemoryJournal();
    await playEpisode(tableOf(plainModel({ agreeIn: 2 })), { scenario, seed: 12, journal: other });
    expect(other.calls.filter(({ seed }) => seeds.includes(seed))).toEqual([]);
  });

  test('shows speakers the window, judges the two latest speeches, and the writer all of them', async () => {
    const { model } = await play({ agreeIn: 3 }, { max_rounds: 3, window: 1 });
    const ofRole = (role: string) => model.requests.filter((request) => roleOf(request) === role);
    expect(ofRole('Negotiator').at(-1)?.messages[1]?.content).toMatch(/The other says:\n\nNegotiator 4$/);
    expect(JSON.stringify(ofRole('Negotiator').at(-1)?.messages)).not.toContain('Negotiator 3');
    expect(
      ofRole('Agreement judge').map(({ messages }) => /"latest":\{[^}]*\}/.exec(messages[1]?.content ?? '')?.[0]),
    ).toEqual([
      '"latest":{"A":"Negotiator 0","B":"Negotiator 1"}',
      '"latest":{"A":"Negotiator 2","B":"Negotiator 3"}',
      '"latest":{"A":"Negotiator 4","B":"Negotiator 5"}',
    ]);
    const shown = ofRole('Joint answer')[0]?.messages[1]?.content ?? '';
    expect(shown.match(/Negotiator \d/g)).toEqual([0, 1, 2, 3, 4, 5].map((index) => `Negotiator ${index}`));
    expect(ofRole('Collective Agency scorer')[0]?.messages[1]?.content).toContain('"answer":"Joint answer 0"');
  });

  test('is sampled as its role says; token ids are asked for in the dialogue alone', async () => {
    const input = {
      policy: { model: 'rehearsal', temperature: 0.9 },
      opponent: { model: 'rehearsal', temperature: 0.3 },
      judge: { model: 'rehearsal', max_tokens: 50 },
      scorer: { model: 'rehearsal', max_tokens: 60 },
      completion: { temperature: 0.2 },
    };
    const { model } = await play({}, input);
    expect(model.requests.map((request) => [roleOf(request), request.wantTokens, request.sampling])).toMatchObject([
      ['Negotiator', true, { temperature: 0.9 }],
      ['Negotiator', true, { temperature: 0.3 }],
      ['Agreement judge', false, { temperature: 0, max_tokens: 50 }],
      ['Joint answer', false, { temperature: 0.2, top_p: 0.95 }],
      ['Collective Agency scorer', false, { temperature: 0, max_tokens: 60 }],
    ]);
  });
});

test.each([
  ['A', ['policy', 'opponent', 'judge', 'policy', 'scorer']],
  ['B', ['opponent', 'policy', 'judge', 'opponent', 'scorer']],
] as const)(
  'with the learner in seat %s the policy plays that seat; A always writes the completion',
  async (learner, models) => {
    const named = (name: string) => ({ ...plainModel(), name });
    const { config } = resolveConfig({ learner });
    const table = tableFor(config, {
      policy: named('policy'),
      opponent: named('opponent'),
      judge: named('judge'),
      scorer: named('scorer'),
    });
    const journal = createMemoryJournal();
    await playEpisode(table, { scenario, seed: 1, journal });
    expect(journal.calls.map(({ model }) => model)).toEqual(models);
  },
);
