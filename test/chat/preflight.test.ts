import { beforeEach, describe, expect, test, vi } from 'vitest';
import { failureOf, modelAt } from '../support/chat.js';
import {
  type Answer,
  completion,
  deadUrl,
  fault,
  hang,
  inTurn,
  json,
  serving,
  startMisbehavingServer,
  text,
} from '../support/misbehaving-server.js';

const { waits } = vi.hoisted(() => ({ waits: [] as number[] }));
vi.mock('node:timers/promises', () => ({ setTimeout: async (ms: number) => void waits.push(ms) }));
beforeEach(() => {
  waits.length = 0;
});

const listing = (...ids: string[]) => json(200, { object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });
const page = text(200, 'text/html', '<html>Welcome</html>');

async function preflightAt(answer: Answer, apiKey: string | null = null) {
  const server = await startMisbehavingServer(answer);
  const outcome = modelAt(server.url, { apiKey }).preflight?.() ?? Promise.resolve();
  return { server, outcome };
}

describe('preflight passes', () => {
  test('on one look at the list of a server that has the model', async () => {
    const { server, outcome } = await preflightAt(serving(listing('x', 'm'), hang), 'sk-of-this-server');
    await outcome;
    expect(server.sent.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/models']);
    expect(server.sent[0]?.headers.authorization).toBe('Bearer sk-of-this-server');
  });

  test.each<{ what: string; models: Answer }>([
    { what: 'knows no lists', models: fault(404, 'no such page') },
    { what: 'allows no lists', models: fault(405, 'no') },
    { what: 'has no lists yet', models: fault(501, 'no') },
    { what: 'keeps its list from this key', models: fault(403, 'Missing scopes: api.model.read') },
    { what: 'lists nothing', models: listing() },
    { what: 'lists null', models: json(200, { object: 'list', data: null }) },
    { what: 'shows a page instead', models: page },
    { what: 'lists others only', models: listing('x', 'y') },
  ])('with a server that $what, but answers', async ({ models }) => {
    const { server, outcome } = await preflightAt(serving(models, completion()));
    await outcome;
    expect(server.sent.map(({ path }) => path)).toEqual(['/v1/models', '/v1/chat/completions']);
    expect(server.sent[1]?.body).toMatchObject({ model: 'm' });
  });

  test.each<{ what: string; chat: Answer }>([
    { what: 'has no time right now', chat: fault(429, 'busy') },
    { what: 'has just fallen over', chat: fault(503, 'starting') },
    { what: 'has nothing to say to a greeting', chat: completion({ message: { content: '' } }) },
    { what: 'will not be greeted', chat: completion({ message: { content: null, refusal: 'No.' } }) },
    {
      what: 'wants max_completion_tokens',
      chat: (response, sent) =>
        ('max_tokens' in sent.body ? fault(400, "Unsupported: 'max_tokens'") : completion())(response, sent),
    },
  ])('with an unlisted model that $what', async ({ chat }) => {
    const { outcome } = await preflightAt(serving(fault(404, 'no'), chat));
    await expect(outcome).resolves.toBeUndefined();
  });

  test('after a server that was busy twice', async () => {
    const models = inTurn(fault(503, 'loading'), fault(429, 'busy'), listing('m'));
    const { server, outcome } = await preflightAt(serving(models, hang));
    await outcome;
    expect(server.sent).toHaveLength(3);
    expect(waits).toEqual([500, 500]);
  });
});

describe('preflight stops a run that could not succeed, and says why', () => {
  test('nothing listens', async () => {
    const url = await deadUrl();
    const failure = await failureOf(modelAt(url).preflight?.() ?? Promise.resolve());
    expect(failure).toMatchObject({ code: 'endpoint', retryable: false });
    expect(failure.message).toContain(`${url}: nothing answers there (connection refused)`);
    expect(waits).toEqual([]);
  });

  test('the model is not among those served', async () => {
    const served = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { server, outcome } = await preflightAt(serving(listing(...served), fault(404, 'no such model')));
    const failure = await failureOf(outcome);
    expect(failure.code).toBe('endpoint');
    expect(failure.message).toBe(`${server.url} does not serve the model "m"; it serves a, b, c, d, e.`);
  });

  test.each([404, 400, 422])('a server without a list refuses the model with %d', async (status) => {
    const { outcome } = await preflightAt(serving(fault(404, 'no'), fault(status, 'no such model')));
    const failure = await failureOf(outcome);
    expect(failure.code).toBe('endpoint');
    expect(failure.message).toMatch(/does not serve the model "m".*base URL.*\/v1/);
  });

  test.each<{ what: string; answer: Answer; says: RegExp }>([
    { what: 'the key is wrong', answer: fault(401, 'no'), says: /the key was refused/ },
    { what: 'the key may do nothing', answer: fault(403, 'no'), says: /the key was refused/ },
    {
      what: 'the list is open, but the key is wrong',
      answer: serving(listing(), fault(401, 'no')),
      says: /key was refused/,
    },
    { what: 'the URL is that of a web page', answer: page, says: /no chat completion: <html>Welcome/ },
    {
      what: 'the URL takes no calls',
      answer: serving(page, fault(405, 'Method Not Allowed')),
      says: /Method Not Allowed/,
    },
    {
      what: 'the server has moved',
      answer: text(301, 'text/html', '', { location: 'https://x/v1' }),
      says: /redirects/,
    },
    { what: 'it stays busy', answer: fault(503, 'loading for good'), says: /loading for good/ },
    {
      what: 'its quota is used up',
      answer: serving(fault(404, 'no'), json(429, { error: { message: 'pay', code: 'insufficient_quota' } })),
      says: /pay/,
    },
  ])('$what', async ({ answer, says }) => {
    const { outcome } = await preflightAt(answer, 'sk-of-this-server');
    const failure = await failureOf(outcome);
    expect(failure.code).toBe('endpoint');
    expect(failure.message).toMatch(says);
  });

  test('a busy server is asked three times, a wrong key once', async () => {
    const busy = await preflightAt(fault(503, 'loading'));
    await failureOf(busy.outcome);
    expect(busy.server.sent).toHaveLength(3);
    const wrong = await preflightAt(fault(401, 'no'), 'sk-of-another-server');
    await failureOf(wrong.outcome);
    expect(wrong.server.sent).toHaveLength(1);
  });

  test('a stop is a stop', async () => {
    const stop = new AbortController();
    const server = await startMisbehavingServer(() => stop.abort());
    const failure = await failureOf(modelAt(server.url).preflight?.(stop.signal) ?? Promise.resolve());
    expect(failure.code).toBe('interrupted');
  });
});
