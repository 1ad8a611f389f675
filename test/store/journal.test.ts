import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call, TokenTrace, Verdict } from '../../src/domain/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { emptyFolder } from '../support/cli.js';
import { spokenCall, storeEndings, traceOf } from '../support/stored-runs.js';
import { rejectionOf } from '../support/untouched.js';

const tokenId = fc.oneof(fc.integer({ min: 0, max: 300_000 }), fc.constantFrom(0, 0x7fff_ffff));
const logprob = fc.float({ min: -1e4, max: 0, noNaN: true, noDefaultInfinity: true });

/** Also views into a longer buffer, which begin at any multiple of four and end before it does. */
function within<T extends Int32Array | Float32Array>(values: T, before: number): T {
  const longer = values instanceof Int32Array ? new Int32Array(values.length + 8) : new Float32Array(values.length + 8);
  longer.fill(77);
  longer.set(values, before);
  return longer.subarray(before, before + values.length) as T;
}

const trace: fc.Arbitrary<TokenTrace> = fc
  .record({
    prompt: fc.array(tokenId, { maxLength: 40 }),
    reply: fc.array(tokenId, { maxLength: 40 }),
    logprobs: fc.option(fc.array(logprob, { maxLength: 40 })),
    source: fc.constantFrom('server' as const, 'retokenized' as const, 'rehearsal' as const),
    before: fc.integer({ min: 0, max: 8 }),
  })
  .map(({ prompt, reply, logprobs, source, before }) => ({
    promptIds: within(Int32Array.from(prompt), before),
    replyIds: within(Int32Array.from(reply), before),
    logprobs: logprobs === null ? null : within(Float32Array.from(logprobs), before),
    source,
  }));

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 20 }));
const count = fc.integer({ min: 0, max: 2 ** 40 });
const attempt = fc.record({ code: fc.constantFrom('timeout', 'rate_limited'), message: text, ms: fc.nat() });

const verdictFields = fc.oneof(
  fc.constant({ value: null, detail: null, parseOk: false }),
  fc.record({
    value: fc.double({ min: 0, max: 5, noNaN: true }).map((value) => value + 0),
    detail: fc.dictionary(fc.string(), fc.oneof(text, fc.boolean(), fc.constant(null), fc.integer())),
    parseOk: fc.constant(true),
  }),
);

const call: fc.Arbitrary<Call> = fc
  .record({
    key: fc.record({
      turn: fc.nat(200),
      kind: fc.constantFrom(
        ...(['speak', 'completion', 'agreement', 'agreement.repair', 'ca', 'ca.repair'] as const),
        ...(['utility.A', 'utility.A.repair', 'utility.B', 'utility.B.repair'] as const),
      ),
      sample: fc.nat(3),
    }),
    round: fc.nat(100),
    seat: fc.constantFrom('A' as const, 'B' as const, null),
    model: text,
    seed: fc.nat(0x7fff_ffff),
    promptHash: text,
    reply: fc.record({
      content: text,
      finishReason: fc.constantFrom('stop', 'length'),
      promptTokens: fc.option(count),
      completionTokens: fc.option(count),
      tokens: fc.option(trace),
      latencyMs: count,
      failedAttempts: fc.array(attempt, { maxLength: 3 }),
    }),
    graded: verdictFields,
    rehearsed: fc.boolean(),
  })
  .map(({ graded, rehearsed, ...call }) => {
    // A trace says for itself where it comes from.
    const unsaid = rehearsed && call.reply.tokens === null ? { rehearsed } : {};
    const rest = { ...call, reply: { ...call.reply, ...unsaid } };
    const { kind } = rest.key;
    const judged = kind !== 'speak' && kind !== 'completion';
    const kindOfVerdict = (['utility', 'ca', 'agreement'] as const).find((name) => kind.startsWith(name));
    const verdict: Verdict = { kind: kindOfVerdict ?? 'agreement', round: rest.round, ...graded };
    return { ...rest, verdict: judged ? verdict : null };
  });

const keyOf = ({ key }: Call) => JSON.stringify(key);
const distinctCalls = fc.uniqueArray(call, { selector: keyOf, minLength: 1, maxLength: 8 });

/** A store, and the ids of as many pending episodes as asked for. */
function pendingEpisodes(count: number): { path: string; store: Store; ids: string[] } {
  const path = join(emptyFolder(), 'runs.db');
  const { store, run } = storeEndings(path, [Array.from({ length: count }, () => null)]);
  return { path, store, ids: store.unfinishedEpisodes(run.runId).map(({ episodeId }) => episodeId) };
}

describe('the journal of an episode', () => {
  test('gives every call back exactly as it was recorded, also after the database was closed', async () => {
    const runs = 60;
    const { path, store, ids } = pendingEpisodes(runs);
    const recorded: { id: string; calls: readonly Call[] }[] = [];
    await fc.assert(
      fc.asyncProperty(distinctCalls, async (calls) => {
        const id = ids[recorded.length] ?? expect.fail('too few episodes');
        const journal = store.journal(id);
        await Promise.all(calls.map((each) => journal.record(each)));
        for (const each of calls) expect(journal.recall(each.key)).toEqual(each);
        recorded.push({ id, calls });
      }),
      { seed: 11, numRuns: runs, endOnFailure: true },
    );
    store.close();
    const again = openStore(path, { mode: 'read' });
    for (const { id, calls } of recorded) {
      for (const each of calls) expect(again.journal(id).recall(each.key)).toEqual(each);
    }
    again.close();
  });

  test('knows nothing of a call that was not recorded, nor of those of another episode', () => {
    const { store, ids } = pendingEpisodes(2);
    const [mine = '', other = ''] = ids;
    const spoken = spokenCall(2, traceOf([1], [2], [-1]));
    store.journal(mine).record(spoken);
    expect(store.journal(other).recall(spoken.key)).toBeNull();
    for (const key of [
      { ...spoken.key, turn: 3 },
      { ...spoken.key, kind: 'completion' as const },
      { ...spoken.key, sample: 1 },
    ]) {
      expect(store.journal(mine).recall(key)).toBeNull();
    }
    store.close();
  });

  test('a result delivered a second time changes nothing, whatever it says', async () => {
    const { store, ids } = pendingEpisodes(1);
    const journal = store.journal(ids[0] ?? '');
    const first = spokenCall(0, traceOf([1, 2], [3], [-0.5]));
    const second = { ...first, model: 'another', reply: { ...first.reply, content: 'said anew', tokens: null } };
    await Promise.all([journal.record(first), journal.record(first), journal.record(second)]);
    expect(journal.recall(first.key)).toEqual(first);
    expect(store.turns(ids[0] ?? '').map(({ content }) => content)).toEqual(['turn 0']);
    store.close();
  });

  test('a model that times itself in fractions of a millisecond can be recorded', () => {
    const { store, ids } = pendingEpisodes(1);
    const spoken = spokenCall(0, null);
    const timed = { ...spoken, reply: { ...spoken.reply, latencyMs: 12.7 } };
    store.journal(ids[0] ?? '').record(timed);
    expect(store.turns(ids[0] ?? '').map(({ latency_ms }) => latency_ms)).toEqual([13]);
    store.close();
  });

  test('a call for an episode that does not exist is refused, and takes no other with it', async () => {
    const { path, store, ids } = pendingEpisodes(1);
    const kept = store.journal(ids[0] ?? '').record(spokenCall(0, null));
    const complaint = await rejectionOf(store.journal('no-such-episode').record(spokenCall(0, null)));
    expect(complaint.code).toBe('storage');
    expect(complaint.message).toContain(path);
    await kept;
    expect(store.turns(ids[0] ?? '')).toHaveLength(1);
    store.close();
  });
});
