import { describe, expect, test } from 'vitest';
import { withRetries } from '../../src/chat/index.js';
import { EntenteError } from '../../src/errors.js';
import { aReply, aRequest, failureOf, modelAt, scriptedModel } from '../support/chat.js';
import { completion, fault, hang, inTurn, startMisbehavingServer } from '../support/misbehaving-server.js';

const passing = (message = 'busy', retryAfterMs = 0) =>
  new EntenteError('server_error', message, { retryable: true, status: 503, retryAfterMs });
const lasting = new EntenteError('rejected', 'bad request', { status: 400 });
const quickly = { random: () => 0.5, baseMs: 1 };

describe('how often a call is tried', () => {
  test.each([
    { what: 'a call that succeeds, once', steps: [aReply()], maxRetries: 4, calls: 1 },
    {
      what: 'a failure that may pass, until it has passed',
      steps: [passing(), passing(), aReply()],
      maxRetries: 4,
      calls: 3,
    },
    { what: 'a failure that passes at the last try', steps: [passing(), passing(), aReply()], maxRetries: 2, calls: 3 },
  ])('$what', async ({ steps, maxRetries, calls }) => {
    const model = scriptedModel(...steps);
    const reply = await withRetries(model, { maxRetries, ...quickly }).complete(aRequest());
    expect(reply.content).toBe('Good.');
    expect(model.calls()).toBe(calls);
  });

  test.each([
    { what: 'a failure that stays, 1 + maxRetries times', steps: [passing()], maxRetries: 4, calls: 5 },
    { what: 'nothing twice where no retries are wanted', steps: [passing()], maxRetries: 0, calls: 1 },
    { what: 'a failure that will not pass, once', steps: [lasting], maxRetries: 4, calls: 1 },
    { what: 'no further once a failure will not pass', steps: [passing(), lasting], maxRetries: 4, calls: 2 },
    { what: 'a fault of the program itself, once', steps: [new TypeError('oops')], maxRetries: 4, calls: 1 },
  ])('$what', async ({ steps, maxRetries, calls }) => {
    const model = scriptedModel(...steps);
    const failure = await failureOf(withRetries(model, { maxRetries, ...quickly }).complete(aRequest()));
    expect(model.calls()).toBe(calls);
    if (calls > 1) expect(failure.message).toContain(`(after ${calls} tries)`);
    else expect(failure.message).not.toContain('tries');
  });

  test('over HTTP it is one request for each try', async () => {
    const flaky = await startMisbehavingServer(inTurn(fault(500, 'a'), fault(429, 'b'), fault(408, 'c'), completion()));
    await withRetries(modelAt(flaky.url), { maxRetries: 4, ...quickly }).complete(aRequest());
    expect(flaky.sent).toHaveLength(4);
    for (const status of [400, 401, 403, 404, 422]) {
      const firm = await startMisbehavingServer(fault(status, 'no'));
      await failureOf(withRetries(modelAt(firm.url), { maxRetries: 4, ...quickly }).complete(aRequest()));
      expect(firm.sent).toHaveLength(1);
    }
  });

  test('every try has the whole deadline to itself', async () => {
    const server = await startMisbehavingServer(inTurn(hang, hang, completion()));
    const model = withRetries(modelAt(server.url, { timeoutMs: 60 }), { maxRetries: 2, ...quickly });
    const { failedAttempts } = await model.complete(aRequest());
    expect(failedAttempts.map(({ code }) => code)).toEqual(['timeout', 'timeout']);
    for (const { ms } of failedAttempts) expect(ms).toBeGreaterThanOrEqual(55);
  });
});

describe('what is told of failed tries', () => {
  test('a reply lists the tries before it, oldest first', async () => {
    const model = withRetries(scriptedModel(passing('one'), passing('two'), aReply()), { maxRetries: 4, ...quickly });
    expect((await model.complete(aRequest())).failedAttempts).toEqual([
      { code: 'server_error', message: 'one', ms: expect.any(Number) },
      { code: 'server_error', message: 'two', ms: expect.any(Number) },
    ]);
  });

  test('one call does not inherit the tries of another', async () => {
    const model = withRetries(scriptedModel(passing(), aReply()), { maxRetries: 4, ...quickly });
    expect((await model.complete(aRequest())).failedAttempts).toHaveLength(1);
    expect((await model.complete(aRequest())).failedAttempts).toHaveLength(0);
  });

  test('onRetry hears of each try that is followed by another, and of no other', async () => {
    const heard: string[] = [];
    const onRetry = ({ message }: EntenteError) => heard.push(message);
    const model = scriptedModel(passing('one'), passing('two'), passing('three'));
    await failureOf(withRetries(model, { maxRetries: 2, ...quickly, onRetry }).complete(aRequest()));
    expect(heard).toEqual(['one', 'two']);
  });

  test('the last failure keeps its code and status, and is not to be retried again', async () => {
    const failure = await failureOf(
      withRetries(scriptedModel(passing()), { maxRetries: 1, ...quickly }).complete(aRequest()),
    );
    expect(failure).toMatchObject({ code: 'server_error', status: 503, retryable: false });
  });
});

describe('stopping', () => {
  test('ends a long wait at once', async () => {
    const stop = new AbortController();
    const model = scriptedModel(passing('busy', 60_000));
    const retried = withRetries(model, { maxRetries: 4, random: Math.random, onRetry: () => stop.abort() });
    const started = performance.now();
    const failure = await failureOf(retried.complete(aRequest(), stop.signal));
    expect(failure).toMatchObject({ code: 'interrupted', retryable: false });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(model.calls()).toBe(1);
  });

  test('while it waits, too', async () => {
    const stop = new AbortController();
    const model = scriptedModel(passing('busy', 60_000));
    const retried = withRetries(model, {
      maxRetries: 4,
      random: Math.random,
      onRetry: () => void setImmediate(() => stop.abort()),
    });
    expect((await failureOf(retried.complete(aRequest(), stop.signal))).code).toBe('interrupted');
    expect(model.calls()).toBe(1);
  });

  test('in the middle of a try is not taken for a failure to retry', async () => {
    const stop = new AbortController();
    const server = await startMisbehavingServer(() => stop.abort());
    const retried = withRetries(modelAt(server.url), { maxRetries: 4, ...quickly });
    const failure = await failureOf(retried.complete(aRequest(), stop.signal));
    expect(failure).toMatchObject({ code: 'interrupted', message: `m @ ${server.url}: stopped` });
    expect(server.sent).toHaveLength(1);
  });
});

test('a wrapped model keeps its name, its server and its preflight, also when it is written as a class', async () => {
  class Mine {
    asked = 0;
    get name() {
      return 'mine';
    }
    get baseUrl() {
      return null;
    }
    async complete() {
      return aReply({ content: this.name });
    }
    async preflight() {
      this.asked++;
    }
  }
  const mine = new Mine();
  const wrapped = withRetries(mine, { maxRetries: 1, ...quickly });
  expect([wrapped.name, wrapped.baseUrl, (await wrapped.complete(aRequest())).content]).toEqual(['mine', null, 'mine']);
  await wrapped.preflight?.();
  expect(mine.asked).toBe(1);
});

test('tries that a server answered with a refused field are in the account of a call that then fails for good', async () => {
  const refusing = fault(400, 'unknown field top_k');
  const server = await startMisbehavingServer(inTurn(refusing, fault(500, 'oh')));
  const model = withRetries(modelAt(server.url), { maxRetries: 1, random: () => 0 });
  const { attempts } = await failureOf(model.complete(aRequest()));
  expect(attempts.map(({ code }) => code)).toEqual(['rejected', 'server_error', 'server_error']);
  expect(server.sent).toHaveLength(attempts.length);
});
