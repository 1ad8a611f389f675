import { describe, expect, test } from 'vitest';
import type { Journal } from '../../src/domain/index.js';
import { EntenteError, type ErrorCode } from '../../src/errors.js';
import { type AgreementMaterial, createRuleJudge, type Judge } from '../../src/judging/index.js';
import { createMemoryJournal, playEpisode, type Table } from '../../src/run/index.js';
import { keysOf, plainModel, tableOf } from '../support/played.js';
import { judgedNo, judgedScore, judgedYes, replyOf, scriptedModel } from '../support/scripted-model.js';
import { smallScenario } from '../support/small-scenario.js';

const scenario = smallScenario();

async function play(table: Table, journal = createMemoryJournal()) {
  return { journal, result: await playEpisode(table, { scenario, seed: 11, journal }) };
}

/** Where each call of an episode with a yes in round 2 stands. */
const places = [
  [0, '0 speak'],
  [1, '1 speak'],
  [2, '2 agreement'],
  [3, '2 speak'],
  [4, '3 speak'],
  [5, '4 agreement'],
  [6, '4 completion'],
  [7, '0 ca'],
] as const;

/** Plays to a yes in round 2, but for the call at `place`. */
function failingAt(place: number, failure: unknown) {
  const plain = plainModel({ agreeIn: 2 });
  return scriptedModel(async (request, index) => {
    if (index === place) throw failure;
    return (await plain.complete(request)).content;
  });
}

describe('a call that fails for good', () => {
  test.each(places)(
    'fails the episode with its cause at call %i (%s); what was said before is kept',
    async (place, key) => {
      const model = failingAt(place, new EntenteError('context_overflow', 'the prompt is too long'));
      const { journal, result } = await play(tableOf(model));
      expect(result).toMatchObject({
        status: 'failed',
        outcome: null,
        ca: null,
        reward: null,
        failure: { code: 'context_overflow', message: 'the prompt is too long' },
        completion: key === '0 ca' ? 'Joint answer 0' : null,
      });
      expect(keysOf(journal)).toEqual(places.slice(0, place).map(([, before]) => before));
      expect(model.requests).toHaveLength(place + 1);
    },
  );

  const codes: ErrorCode[] = [
    'rate_limited',
    'server_error',
    'connection',
    'timeout',
    'bad_reply',
    'rejected',
    'refused',
  ];
  test.each([...codes, 'empty', 'endpoint'] as const)('is data whatever its kind: %s', async (code) => {
    const { result } = await play(tableOf(failingAt(1, new EntenteError(code, 'it failed'))));
    expect(result).toMatchObject({ status: 'failed', reward: null, failure: { code, message: 'it failed' } });
  });

  test('that throws something of no known kind is internal', async () => {
    const { result } = await play(tableOf(failingAt(0, new TypeError('x is undefined'))));
    expect(result.failure).toEqual({ code: 'internal', message: 'x is undefined' });
  });
});

describe('what stops the run is thrown, not recorded as a failure', () => {
  const stops = ['budget', 'interrupted', 'storage'] as const;

  test.each(stops)('%s, at every call of the episode', async (code) => {
    for (const [place] of places) {
      const journal = createMemoryJournal();
      const table = tableOf(failingAt(place, new EntenteError(code, 'stopped here')));
      await expect(play(table, journal)).rejects.toMatchObject({ name: 'EntenteError', code, message: 'stopped here' });
      expect(journal.calls).toHaveLength(place);
    }
  });

  test('a journal that cannot be read or written', async () => {
    const broken = () => {
      throw new EntenteError('storage', 'the disk is full');
    };
    const empty: Journal = createMemoryJournal();
    for (const journal of [
      { ...empty, record: broken },
      { ...empty, recall: broken },
    ]) {
      const model = plainModel();
      const playing = playEpisode(tableOf(model), { scenario, seed: 11, journal });
      await expect(playing).rejects.toMatchObject({ code: 'storage', message: 'the disk is full' });
      expect(model.requests.length).toBeLessThanOrEqual(1);
    }
  });

  test('a stop before the first call: no model is asked anything', async () => {
    const model = plainModel();
    const journal = createMemoryJournal();
    const playing = playEpisode(tableOf(model), { scenario, seed: 11, journal, stopping: AbortSignal.abort() });
    await expect(playing).rejects.toMatchObject({ code: 'interrupted' });
    expect(model.requests).toEqual([]);
  });

  test('the signal that gives up calls in flight reaches every model and judge', async () => {
    const model = plainModel();
    const aborted = new AbortController().signal;
    await playEpisode(tableOf(model), { scenario, seed: 11, journal: createMemoryJournal(), aborted });
    expect(model.signals).toEqual([aborted, aborted, aborted, aborted, aborted]);
  });
});

describe('a judge whose answer cannot be read', () => {
  test('is asked once more, under another seed, and then the episode goes on', async () => {
    const answers = ['I think so', judgedNo, judgedYes];
    const model = plainModel({ instead: (role, index) => (role === 'Agreement judge' ? answers[index] : undefined) });
    const { journal, result } = await play(tableOf(model));
    expect(result).toMatchObject({ status: 'done', outcome: 'agreed', rounds: 2, reward: 4 });
    expect(keysOf(journal).slice(2, 6)).toEqual(['2 agreement', '2 agreement.repair', '2 speak', '3 speak']);
    expect(journal.calls[2]?.verdict).toMatchObject({ value: null, parseOk: false });
    expect(journal.calls[3]?.verdict).toMatchObject({ value: 0, parseOk: true });
    expect(journal.calls[3]?.seed).not.toBe(journal.calls[2]?.seed);
  });

  test('about agreement, twice, fails the episode: it passes neither for yes nor for no', async () => {
    const model = plainModel({ instead: (role) => (role === 'Agreement judge' ? 'Verdict: YES' : undefined) });
    const { journal, result } = await play(tableOf(model));
    expect(result).toMatchObject({ status: 'failed', outcome: null, rounds: 1, reward: null });
    expect(result.failure).toMatchObject({ code: 'unparsable', message: expect.stringContaining('round 1') });
    expect(keysOf(journal)).toEqual(['0 speak', '1 speak', '2 agreement', '2 agreement.repair']);
  });

  test('about the score, twice, leaves the episode done without a reward, and says why', async () => {
    const scorer = (role: string) => (role === 'Collective Agency scorer' ? judgedScore(9) : undefined);
    const { journal, result } = await play(tableOf(plainModel({ instead: scorer })));
    expect(result).toMatchObject({ status: 'done', outcome: 'agreed', completion: 'Joint answer 0' });
    expect(result).toMatchObject({ ca: null, reward: null, failure: { code: 'unparsable' } });
    expect(keysOf(journal).slice(-2)).toEqual(['0 ca', '0 ca.repair']);
  });

  test('about the score, once, is repaired: the second answer counts', async () => {
    const scorer = (role: string, index: number) =>
      role === 'Collective Agency scorer' ? (index === 0 ? 'five' : judgedScore(3)) : undefined;
    const { result } = await play(tableOf(plainModel({ instead: scorer })));
    expect(result).toMatchObject({ status: 'done', reward: 3, failure: null });
  });
});

describe('a judge of one’s own', () => {
  test('may be an object with state: its repair try is made on that object', async () => {
    class Counting implements Judge<AgreementMaterial> {
      readonly name = 'counting';
      readonly promptHash = 'counting/1';
      asked = 0;
      async judge(_material: AgreementMaterial, { round }: { round: number }) {
        this.asked++;
        const verdict = { kind: 'agreement' as const, round, value: null, detail: null, parseOk: false };
        return { reply: replyOf('?'), verdict };
      }
      async repair(_material: AgreementMaterial, _unread: unknown, { round }: { round: number }) {
        this.asked++;
        const verdict = { kind: 'agreement' as const, round, value: 1, detail: {}, parseOk: true };
        return { reply: replyOf('yes'), verdict };
      }
    }
    const agreementJudge = new Counting();
    const { result } = await play({ ...tableOf(plainModel()), agreementJudge });
    expect(result).toMatchObject({ status: 'done', outcome: 'agreed', failure: null });
    expect(agreementJudge.asked).toBe(2);
  });

  test('that scores without naming the aspects leaves no reward, and the episode says why', async () => {
    const agencyScorer = createRuleJudge('ca', 'brevity', 'brevity/1', () => ({ value: 5, detail: { length: 3 } }));
    const { result } = await play({ ...tableOf(plainModel()), agencyScorer });
    expect(result).toMatchObject({ status: 'done', outcome: 'agreed', ca: null, reward: null });
    expect(result.failure).toMatchObject({ code: 'unparsable', message: expect.stringContaining('brevity') });
  });

  test('that has no repair try is asked once', async () => {
    const judge = createRuleJudge<AgreementMaterial>('agreement', 'rule', 'rule/1', () => ({ value: 1, detail: {} }));
    let asked = 0;
    const unreadable: Judge<AgreementMaterial> = {
      ...judge,
      async judge(material, call) {
        asked++;
        const { reply, verdict } = await judge.judge(material, call);
        return { reply, verdict: { ...verdict, value: null, detail: null, parseOk: false } };
      },
    };
    const { result } = await play({ ...tableOf(plainModel()), agreementJudge: unreadable });
    expect(result).toMatchObject({ status: 'failed', failure: { code: 'unparsable' } });
    expect(asked).toBe(1);
  });
});
