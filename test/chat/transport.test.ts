import { describe, expect, test } from 'vitest';
import { startMockServer } from '../../src/chat/index.js';
import { aRequest, failureOf, modelAt } from '../support/chat.js';
import { type Answer, completion, deadUrl, drip, hang, startMisbehavingServer } from '../support/misbehaving-server.js';

const key = 'sk-a-key-for-one-server-only';

describe('a server that never finishes', () => {
  test.each<{ what: string; answer: Answer }>([
    { what: 'does not answer', answer: hang },
    { what: 'lets its body drip', answer: drip },
  ])('is given up at the deadline when it $what', async ({ answer }) => {
    const server = await startMisbehavingServer(answer);
    const started = performance.now();
    const failure = await failureOf(modelAt(server.url, { timeoutMs: 150 }).complete(aRequest()));
    const waited = performance.now() - started;
    expect(failure).toMatchObject({ code: 'timeout', retryable: true });
    expect(failure.message).toContain('0.15 s');
    expect(waited).toBeGreaterThan(140);
    expect(waited).toBeLessThan(1150);
  });

  test.each<{ what: string; answer: Answer }>([
    { what: 'does not answer', answer: hang },
    { what: 'lets its body drip', answer: drip },
  ])('is left at once when the caller stops while it $what', async ({ answer }) => {
    const stop = new AbortController();
    const server = await startMisbehavingServer((response, sent) => {
      answer(response, sent);
      setImmediate(() => stop.abort());
    });
    const failure = await failureOf(modelAt(server.url, { timeoutMs: 60_000 }).complete(aRequest(), stop.signal));
    expect(failure).toMatchObject({ code: 'interrupted', retryable: false });
  });

  test('keeps no connection that a later call would wait for', async () => {
    let answer = hang;
    const server = await startMisbehavingServer((response, sent) => answer(response, sent));
    const model = modelAt(server.url, { timeoutMs: 100, connections: 1 });
    expect((await failureOf(model.complete(aRequest()))).code).toBe('timeout');
    answer = completion();
    expect((await model.complete(aRequest())).content).toBe('Good.');
  });
});

describe('a server that is not there', () => {
  test('is said to be so, and may be tried again', async () => {
    const url = await deadUrl();
    const failure = await failureOf(modelAt(url).complete(aRequest()));
    expect(failure).toMatchObject({ code: 'connection', retryable: true, status: null });
    expect(failure.message).toBe(`m @ ${url}: nothing answers there (connection refused); is the server running?`);
  });

  test('that goes away in the middle of a call breaks the connection, not the program', async () => {
    const server = await startMockServer({ port: 0, latencyMs: 60_000 });
    const reply = failureOf(modelAt(server.url).complete(aRequest()));
    await fetch(`${server.url}/models`);
    await server.close();
    expect(await reply).toMatchObject({ code: 'connection', retryable: true });
  });
});

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('%d is refused, and the other server never hears of it', async (status) => {
    const other = await startMisbehavingServer(completion());
    const server = await startMisbehavingServer((response) =>
      response.writeHead(status, { location: `${other.url}/chat/completions` }).end(),
    );
    const failure = await failureOf(modelAt(server.url, { apiKey: key }).complete(aRequest()));
    expect(failure).toMatchObject({ code: 'endpoint', retryable: false, status });
    expect(failure.message).toContain(`it redirects to ${other.url}/chat/completions`);
    expect(server.sent).toHaveLength(1);
    expect(other.sent).toHaveLength(0);
    expect(other.mostConnections()).toBe(0);
  });
});

describe('connections', () => {
  test('are kept and shared, never more than allowed', async () => {
    const server = await startMisbehavingServer(
      (response, sent) => void setImmediate(() => completion()(response, sent)),
    );
    const model = modelAt(server.url, { connections: 3 });
    await Promise.all(Array.from({ length: 30 }, () => model.complete(aRequest())));
    expect(server.sent).toHaveLength(30);
    expect(server.mostConnections()).toBe(3);
  });
});
