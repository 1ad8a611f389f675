/** A server under pressure gets fewer calls at a time, from everybody, and more again while it copes. */
import { expect, onTestFinished, test } from 'vitest';
import { createLimit } from '../../src/chat/limit.js';
import type { ChatModel } from '../../src/chat/model.js';
import type { Reply } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';
import { aReply, aRequest, failureOf, modelAt } from '../support/chat.js';
import { completion, fault, inTurn, startMisbehavingServer } from '../support/misbehaving-server.js';

/** A model whose calls end when the test says so. */
function heldModel(name = 'held') {
  const waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  const model: ChatModel = {
    name,
    baseUrl: null,
    complete: () => new Promise((resolve, reject) => waiting.push({ resolve, reject })),
  };
  return { model, waiting };
}

function limitOf(ceiling: number) {
  const limit = createLimit(ceiling);
  onTestFinished(() => limit.close());
  return limit;
}

const turnedAway = (status = 429, retryAfterMs?: number) =>
  new EntenteError('rate_limited', 'busy', {
    retryable: true,
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('at most the ceiling is in flight, over all models of the server', async () => {
  const limit = limitOf(3);
  const [one, other] = [heldModel('one'), heldModel('other')];
  const [a, b] = [limit.over(one.model), limit.over(other.model)];
  const calls = [a, b, a, b, a].map((model) => model.complete(aRequest()));
  await settled();
  expect(one.waiting.length + other.waiting.length).toBe(3);
  while (one.waiting.length + other.waiting.length > 0) {
    for (const { resolve } of [...one.waiting.splice(0), ...other.waiting.splice(0)]) resolve(aReply());
    await settled();
  }
  expect(await Promise.all(calls)).toHaveLength(5);
});

test.each([429, 503])(
  '%s halves it once for all calls that were in flight, and successes raise it by one a round',
  async (status) => {
    const limit = limitOf(64);
    const { model, waiting } = heldModel();
    const limited = limit.over(model);
    const calls = Array.from({ length: 64 }, () => limited.complete(aRequest()).catch(() => null));
    await settled();
    for (const { reject } of waiting.splice(0)) reject(turnedAway(status));
    await Promise.all(calls);
    expect(limit.current).toBe(32);

    const more = Array.from({ length: 33 * 2 }, () => limited.complete(aRequest()));
    for (let served = 0; served < more.length; ) {
      await settled();
      served += waiting.length;
      for (const { resolve } of waiting.splice(0)) resolve(aReply());
    }
    await Promise.all(more);
    expect(limit.current).toBe(34);
  },
);

test('it never falls below one, and other failures leave it alone', async () => {
  const limit = limitOf(2);
  const { model, waiting } = heldModel();
  const limited = limit.over(model);
  for (const error of [turnedAway(), turnedAway(), turnedAway(), new EntenteError('bad_reply', 'odd')]) {
    const failure = failureOf(limited.complete(aRequest()));
    await settled();
    waiting.pop()?.reject(error);
    await failure;
    expect(limit.current).toBe(1);
  }
});

test('a server that becomes much slower gets fewer calls; one that always was slow does not', async () => {
  const at = async (latencies: readonly number[]) => {
    const limit = limitOf(40);
    let next = 0;
    const model: ChatModel = {
      ...{ name: 'm', baseUrl: null },
      complete: async () => aReply({ latencyMs: latencies[next++] ?? 0 }),
    };
    const limited = limit.over(model);
    for (const _ of latencies) await limited.complete(aRequest());
    return limit.current;
  };
  const steady = Array.from({ length: 300 }, (_, index) => 900 + (index % 7) * 50);
  expect(await at(steady)).toBe(40);
  expect(await at([...steady, ...steady.slice(0, 60).map((ms) => ms * 8)])).toBeLessThan(38);
});

test('Retry-After holds back every call to the server, also those of other models', async () => {
  const limit = limitOf(8);
  const { model, waiting } = heldModel();
  const limited = limit.over(model);
  const failure = failureOf(limited.complete(aRequest()));
  await settled();
  waiting.pop()?.reject(turnedAway(429, 60));
  await failure;
  const began = performance.now();
  const other = limit.over({ ...model, name: 'other', complete: async () => aReply() });
  await other.complete(aRequest());
  expect(performance.now() - began).toBeGreaterThan(50);
});

test('a call that waits for room ends with its signal', async () => {
  const limit = limitOf(1);
  const { model, waiting } = heldModel();
  const limited = limit.over(model);
  const first = limited.complete(aRequest());
  const giveUp = new AbortController();
  const second = failureOf(limited.complete(aRequest(), giveUp.signal));
  await settled();
  giveUp.abort();
  expect((await second).code).toBe('interrupted');
  expect(waiting).toHaveLength(1);
  waiting[0]?.resolve(aReply());
  await first;
});

test('a real 429 counts', async () => {
  const server = await startMisbehavingServer(inTurn(fault(429, 'slow down'), completion()));
  const limit = limitOf(16);
  const limited = limit.over(modelAt(server.url));
  expect((await failureOf(limited.complete(aRequest()))).status).toBe(429);
  expect(limit.current).toBe(8);
  expect((await limited.complete(aRequest())).content).toBe('Good.');
});
