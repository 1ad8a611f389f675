/** Canaries: a key goes to its own server as a header, and comes out nowhere else. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ChatModel, connectRoles, parseModelSpec, withRetries } from '../../src/chat/index.js';
import { resolveConfig } from '../../src/domain/index.js';
import { toEntenteError } from '../../src/errors.js';
import { aRequest, failureOf, modelAt } from '../support/chat.js';
import {
  type Answer,
  completion,
  deadUrl,
  drip,
  fault,
  json,
  startMisbehavingServer,
  text,
} from '../support/misbehaving-server.js';

const canary = 'sk-canary-5f0c9e7a41d24b7c';
/** Also no half of it, as a message cut short would show. */
const halves = [canary.slice(0, 12), canary.slice(-12)];

/** Everything a person or a database could get to see of an error, its causes included. */
function seenOf(thrown: unknown): string {
  const parts: string[] = [];
  for (let error: unknown = thrown; error instanceof Error; error = error.cause) {
    parts.push(error.message, error.stack ?? '', JSON.stringify(error));
  }
  return parts.join('\n');
}

function expectNoCanary(thrown: unknown): void {
  const seen = seenOf(thrown);
  expect(seen).not.toBe('');
  for (const half of halves) expect(seen).not.toContain(half);
}

const echo = (answer: (said: string) => Answer): Answer => {
  return (response, sent) => answer(`You sent ${sent.headers.authorization}`)(response, sent);
};
const far = 'x'.repeat(95);

describe('a server that repeats the key does not get it into an error', () => {
  test.each<{ what: string; answer: Answer }>([
    ...[400, 401, 403, 404, 422, 429, 500, 503].map((status) => ({
      what: `with status ${status}`,
      answer: echo((said) => fault(status, said)),
    })),
    { what: 'without an error object', answer: echo((said) => json(400, { message: said })) },
    { what: 'in plain text', answer: echo((said) => text(502, 'text/plain', said)) },
    { what: 'where the message is cut', answer: echo((said) => fault(400, far.repeat(3) + said)) },
    { what: 'in an error at status 200', answer: echo((said) => json(200, { error: said })) },
    { what: 'on a page at status 200', answer: echo((said) => text(200, 'text/html', far + said)) },
    { what: 'in half a body', answer: echo((said) => text(200, 'application/json', `{"${said}`)) },
    { what: 'in a refusal', answer: echo((said) => completion({ message: { content: null, refusal: said } })) },
    { what: 'as a finish_reason', answer: echo((said) => completion({ finish_reason: said })) },
    { what: 'as a token id', answer: echo((said) => completion({ token_ids: [said] }, { prompt_token_ids: [1] })) },
    { what: 'as a redirect', answer: echo((said) => text(302, 'text/html', said, { location: `http://x/?${said}` })) },
  ])('$what', async ({ answer }) => {
    const server = await startMisbehavingServer(answer);
    const model = modelAt(server.url, { apiKey: canary });
    const request = aRequest({ wantTokens: true });
    expectNoCanary(await failureOf(model.complete(request)));
    expectNoCanary(await failureOf(withRetries(model, { maxRetries: 1, random: () => 0 }).complete(request)));
    for (const { headers } of server.sent) expect(headers.authorization).toBe(`Bearer ${canary}`);
  });

  test.each<{ what: string; url: () => Promise<string> }>([
    { what: 'unreachable', url: deadUrl },
    { what: 'slow', url: async () => (await startMisbehavingServer(drip)).url },
  ])('nor does one that is $what', async ({ url }) => {
    expectNoCanary(await failureOf(modelAt(await url(), { apiKey: canary, timeoutMs: 50 }).complete(aRequest())));
  });

  test('nor in the list of tries before a success, nor in a preflight', async () => {
    let tries = 0;
    const server = await startMisbehavingServer((response, sent) =>
      (sent.path === '/v1/models'
        ? echo((said) => fault(401, said))
        : tries++ === 0
          ? echo((said) => fault(500, said))
          : completion())(response, sent),
    );
    const model = modelAt(server.url, { apiKey: canary });
    const reply = await withRetries(model, { maxRetries: 1, random: () => 0 }).complete(aRequest());
    expect(reply.failedAttempts).toHaveLength(1);
    for (const half of halves) expect(JSON.stringify(reply)).not.toContain(half);
    expectNoCanary(await failureOf(model.preflight?.() ?? Promise.resolve()));
  });

  test('while a word that happens to be the key of a local server stays a word', async () => {
    const message = { role: 'assistant', content: 'The seat stays EMPTY.' };
    const server = await startMisbehavingServer(completion({ message }));
    const { content } = await modelAt(server.url, { apiKey: 'EMPTY' }).complete(aRequest());
    expect(content).toBe(message.content);
  });
});

describe('a key that cannot be sent is refused before the first call, unseen', () => {
  test.each([
    { what: 'a line break', key: `${canary}\n${canary}` },
    { what: 'a NUL', key: `${canary}\u0000` },
    { what: 'the dots of a key that was shown in part', key: `${canary}…` },
    { what: 'blanks only', key: '  ' },
  ])('$what', ({ key }) => {
    let model: ChatModel | null = null;
    try {
      model = modelAt('http://127.0.0.1:9/v1', { apiKey: key });
    } catch (error) {
      expect(toEntenteError(error)).toMatchObject({ code: 'usage', message: expect.stringContaining('127.0.0.1:9') });
      expectNoCanary(error);
    }
    expect(model).toBeNull();
  });

  test('a line break at its end, as a file leaves it, does no harm', async () => {
    const server = await startMisbehavingServer(echo((said) => fault(400, said)));
    expectNoCanary(await failureOf(modelAt(server.url, { apiKey: `${canary}\r\n` }).complete(aRequest())));
    expect(server.sent[0]?.headers.authorization).toBe(`Bearer ${canary}`);
  });

  test.each([
    `m@https://${canary}@host/v1`,
    `m@https://me:${canary}@host/v1`,
    `m@https://me:${canary}@host:99999/v1`,
    `https://${canary}@host/v1`,
    `@https://${canary}@host/v1`,
  ])('a key within a URL is not repeated: %#', (spec) => {
    let thrown: unknown = null;
    try {
      parseModelSpec(spec, {});
    } catch (error) {
      thrown = error;
    }
    expect(toEntenteError(thrown).code).toBe('usage');
    expectNoCanary(thrown);
  });
});

describe('each server hears its own key and no other', () => {
  test('one without a key hears none, whatever the environment holds for others', async () => {
    vi.stubEnv('OPENAI_API_KEY', canary);
    vi.stubEnv('OPENAI_ADMIN_KEY', canary);
    vi.stubEnv('OPENAI_ORG_ID', canary);
    vi.stubEnv('OPENAI_PROJECT_ID', canary);
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', `Authorization: Bearer ${canary}\nX-Api-Key: ${canary}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const server = await startMisbehavingServer(completion());
    const model = modelAt(server.url);
    await model.complete(aRequest());
    await model.preflight?.();
    expect(server.sent.length).toBeGreaterThan(1);
    for (const { headers } of server.sent) {
      expect(headers).not.toHaveProperty('authorization');
      for (const half of halves) expect(JSON.stringify(headers)).not.toContain(half);
    }
  });

  test('two servers of one run', async () => {
    const [local, judging] = [await startMisbehavingServer(completion()), await startMisbehavingServer(completion())];
    const { config } = resolveConfig({
      policy: `m@${local.url}`,
      judge: { model: `j@${judging.url}`, api_key_env: 'JUDGE_KEY' },
    });
    const env = { OPENAI_API_KEY: 'sk-of-somebody-else', JUDGE_KEY: canary };
    const { models, close } = connectRoles(config.roles, env, { connections: 4 });
    onTestFinished(close);
    await Promise.all(Object.values(models).map((model) => model.complete(aRequest())));
    expect(local.sent.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined, undefined]);
    expect(judging.sent.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${canary}`]);
  });
});
