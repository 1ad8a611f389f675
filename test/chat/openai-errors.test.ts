import { describe, expect, test } from 'vitest';
import { aRequest, failureOf, modelAt, type OpenAIParts } from '../support/chat.js';
import { type Answer, fault, json, startMisbehavingServer, text } from '../support/misbehaving-server.js';

async function failureAt(answer: Answer, parts: OpenAIParts = {}) {
  const server = await startMisbehavingServer(answer);
  const failure = await failureOf(modelAt(server.url, parts).complete(aRequest()));
  return { server, failure };
}

describe('an HTTP status becomes an error that says whether another try makes sense', () => {
  test.each([
    { status: 400, code: 'rejected', retryable: false },
    { status: 401, code: 'endpoint', retryable: false },
    { status: 402, code: 'rejected', retryable: false },
    { status: 403, code: 'endpoint', retryable: false },
    { status: 404, code: 'endpoint', retryable: false },
    { status: 408, code: 'server_error', retryable: true },
    { status: 409, code: 'server_error', retryable: true },
    { status: 422, code: 'rejected', retryable: false },
    { status: 429, code: 'rate_limited', retryable: true },
    { status: 500, code: 'server_error', retryable: true },
    { status: 502, code: 'server_error', retryable: true },
    { status: 503, code: 'server_error', retryable: true },
    { status: 529, code: 'server_error', retryable: true },
  ])('$status is $code, retryable: $retryable', async ({ status, code, retryable }) => {
    const { server, failure } = await failureAt(fault(status, 'so it is'));
    expect(failure).toMatchObject({ code, retryable, status });
    expect(failure.message).toContain(`m @ ${server.url}: `);
    expect(failure.message).toContain('so it is');
    expect(server.sent).toHaveLength(1);
  });

  test('a quota that is used up is not asked for again', async () => {
    const quota = { error: { message: 'You exceeded your current quota.', code: 'insufficient_quota' } };
    const { failure } = await failureAt(json(429, quota));
    expect(failure).toMatchObject({ code: 'rate_limited', retryable: false });
  });

  test('a refused key and a missing key get different advice', async () => {
    const refused = await failureAt(fault(401, 'no'), { apiKey: 'sk-some-key-of-mine-1234' });
    expect(refused.failure.message).toContain('the key was refused');
    const missing = await failureAt(fault(401, 'no'));
    expect(missing.failure.message).toMatch(/no key was sent.*OPENAI_API_KEY.*api_key_env/);
  });
});

describe('how long a busy server wants to be left alone', () => {
  const wait = async (headers: Record<string, string>, status = 429) =>
    (await failureAt(fault(status, 'busy', headers))).failure.retryAfterMs;

  test.each([
    { what: 'seconds', headers: { 'retry-after': '7' }, ms: 7000 },
    { what: 'parts of a second', headers: { 'retry-after': '0.25' }, ms: 250 },
    { what: 'milliseconds', headers: { 'retry-after-ms': '120' }, ms: 120 },
    { what: 'milliseconds before seconds', headers: { 'retry-after-ms': '120', 'retry-after': '7' }, ms: 120 },
    { what: 'a time gone by', headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, ms: 0 },
    { what: 'words', headers: { 'retry-after': 'later' }, ms: null },
    { what: 'nothing', headers: {}, ms: null },
  ])('said in $what', async ({ headers, ms }) => {
    expect(await wait(headers)).toBe(ms);
  });

  test('said as a date', async () => {
    const ms = await wait({ 'retry-after': new Date(Date.now() + 30_000).toUTCString() });
    expect(ms).toBeGreaterThan(20_000);
    expect(ms).toBeLessThanOrEqual(30_000);
  });

  test('is heard on any status', async () => {
    expect(await wait({ 'retry-after': '2' }, 503)).toBe(2000);
  });
});

describe("a prompt too long for the model is told from other faults, in each server's words", () => {
  test.each([
    {
      server: 'OpenAI',
      status: 400,
      words: "This model's maximum context length is 8192 tokens. However, you sent 9000.",
    },
    {
      server: 'vLLM',
      status: 400,
      words: "'max_tokens' is too large: 1024. This model's maximum context length is 2048.",
    },
    {
      server: 'SGLang',
      status: 400,
      words: "The input (600 tokens) is longer than the model's context length (500 tokens).",
    },
    {
      server: 'llama.cpp',
      status: 400,
      words: 'request (4390 tokens) exceeds the available context size (4096 tokens)',
    },
    { server: 'llama.cpp, at times', status: 500, words: 'Context size has been exceeded.' },
    { server: 'a gateway', status: 413, words: 'prompt is too long: 200001 tokens > 200000 maximum' },
  ])('$server', async ({ status, words }) => {
    const { server, failure } = await failureAt(fault(status, words));
    expect(failure).toMatchObject({ code: 'context_overflow', retryable: false, status });
    expect(server.sent).toHaveLength(1);
  });
});

describe('what a server said is passed on, however it said it', () => {
  test.each([
    { form: 'an error object', answer: json(400, { error: { message: 'the reason' } }) },
    { form: 'an error string', answer: json(400, { error: 'the reason' }) },
    {
      form: 'a message without an error object, as SGLang',
      answer: json(400, { object: 'error', message: 'the reason' }),
    },
    { form: 'a detail, as FastAPI', answer: json(422, { detail: 'the reason' }) },
    { form: 'a list of details', answer: json(422, { detail: [{ loc: ['body', 'n'], msg: 'the reason' }] }) },
    { form: 'a JSON string', answer: json(400, 'the reason') },
    { form: 'plain text', answer: text(400, 'text/plain', 'the\nreason') },
  ])('$form', async ({ answer }) => {
    expect((await failureAt(answer)).failure.message).toContain('the reason');
  });

  test('an overflow is recognised in a message without an error object', async () => {
    const answer = json(400, { object: 'error', message: "longer than the model's context length", code: 400 });
    expect((await failureAt(answer)).failure.code).toBe('context_overflow');
  });

  test('a long error page becomes one short line', async () => {
    const { failure } = await failureAt(text(502, 'text/html', `<html>\n${'<p>bad gateway</p>\n'.repeat(500)}</html>`));
    expect(failure.message.length).toBeLessThan(400);
    expect(failure.message).not.toContain('\n');
  });
});
