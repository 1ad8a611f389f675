import { expect, onTestFinished, test } from 'vitest';
import { createRehearsalModel, probeEndpoint, startMockServer } from '../../src/chat/index.js';
import { failureOf, modelAt } from '../support/chat.js';
import {
  type Answer,
  completion,
  deadUrl,
  fault,
  inTurn,
  json,
  serving,
  startMisbehavingServer,
} from '../support/misbehaving-server.js';

const everything = {
  token_counts: true,
  token_ids: true,
  token_ids_of: 'prompt and reply',
  logprobs: true,
  aligned: true,
  json_schema: true,
  repeatable: true,
  rehearsal: true,
  raw_logprobs: null,
  injected_defaults: false,
  breaks_prefixes: false,
};

test('the rehearsal can do everything, and is told from a model', async () => {
  expect(await probeEndpoint(createRehearsalModel())).toMatchObject({
    model: 'rehearsal',
    base_url: null,
    ...everything,
  });
});

test('so is the rehearsal over HTTP, under any model name', async () => {
  const server = await startMockServer({ port: 0 });
  onTestFinished(() => server.close());
  const report = await probeEndpoint(modelAt(server.url, { model: 'qwen' }));
  expect(report).toMatchObject({ model: 'qwen', base_url: server.url, ...everything });
});

test('and where it gives no ids', async () => {
  const server = await startMockServer({ port: 0, style: 'hosted' });
  onTestFinished(() => server.close());
  const report = await probeEndpoint(modelAt(server.url, { model: 'qwen' }));
  expect(report).toMatchObject({ token_ids_of: 'none', rehearsal: true });
});

const saying = (content: string) => completion({ message: { content } });
const withTokens = (ids: number[], logprobs: number[] | null) =>
  completion(
    { token_ids: ids, logprobs: logprobs === null ? null : { content: logprobs.map((logprob) => ({ logprob })) } },
    { prompt_token_ids: [1] },
  );

async function reportOn(chat: Answer) {
  const server = await startMisbehavingServer(serving(json(200, { data: [{ id: 'm' }] }), chat));
  return probeEndpoint(modelAt(server.url));
}

test.each<{ what: string; chat: Answer; report: object }>([
  {
    what: 'no token ids',
    chat: completion(),
    report: { token_ids: false, token_ids_of: 'none', logprobs: false, aligned: null },
  },
  {
    what: 'ids, but no log-probabilities',
    chat: withTokens([7, 8], null),
    report: { token_ids: true, logprobs: false, aligned: null, rehearsal: false },
  },
  {
    what: 'ids of the reply only',
    chat: completion({ token_ids: [7, 8] }),
    report: { token_ids: false, token_ids_of: 'reply only', breaks_prefixes: null },
  },
  {
    what: 'a log-probability too few',
    chat: withTokens([7, 8], [-1]),
    report: { token_ids: true, logprobs: true, aligned: false },
  },
  { what: 'no counts', chat: completion({}, { usage: undefined }), report: { token_counts: false } },
  { what: 'no JSON', chat: saying('They have agreed.'), report: { json_schema: false } },
  { what: 'JSON of another form', chat: saying('{"agreed": "yes", "reason": "x"}'), report: { json_schema: false } },
  { what: 'null', chat: saying('null'), report: { json_schema: false } },
  { what: 'JSON of the form', chat: saying('{"agreed": false, "reason": "x"}'), report: { json_schema: true } },
  { what: 'another reply to the same seed', chat: inTurn(saying('a'), saying('b')), report: { repeatable: false } },
])('a server that gives $what is reported so', async ({ chat, report }) => {
  expect(await reportOn(chat)).toMatchObject(report);
});

test('an endpoint that cannot be used at all is an error, not a report', async () => {
  expect((await failureOf(probeEndpoint(modelAt(await deadUrl())))).code).toBe('endpoint');
  const server = await startMisbehavingServer(fault(401, 'no'));
  expect((await failureOf(probeEndpoint(modelAt(server.url)))).code).toBe('endpoint');
});

interface Habits {
  /** Of the first token, by temperature. */
  logprob?: (temperature: number) => number;
  /** The id of the first token, by temperature and seed. */
  firstId?: (temperature: number, seed: number) => number;
  /** The reply, where the temperature is not said. */
  unsaid?: string;
  /** How the ids of a prompt begin, by its number of messages. */
  begins?: (messages: number) => number[];
  /** Refuses requests with so many messages, or with a temperature of 2. */
  refuses?: 'more messages' | 'temperature 2';
}

/** A server that is like vLLM but for its habits. */
function habitual(habits: Habits): Answer {
  const { logprob = (t) => -1 / (t + 1), firstId = () => 7, unsaid = 'Good.', begins = () => [1, 2] } = habits;
  return (response, sent) => {
    const { temperature, messages, seed } = sent.body as { temperature?: number; messages: unknown[]; seed: number };
    const refused = habits.refuses === 'more messages' ? messages.length > 2 : temperature === 2;
    if (habits.refuses !== undefined && refused) return fault(400, 'no')(response, sent);
    const id = firstId(temperature ?? 1, seed);
    const history = messages.length > 2 ? [firstId(0.7, 1), 8, 3] : [];
    completion(
      {
        message: { content: temperature === undefined ? unsaid : 'Good.' },
        token_ids: [id, 8],
        logprobs: { content: [{ logprob: logprob(temperature ?? 1) }, { logprob: -1 }] },
      },
      { prompt_token_ids: [...begins(messages.length), ...history] },
    )(response, sent);
  };
}

test('a server without bad habits is warned of nothing', async () => {
  const sound = { raw_logprobs: false, injected_defaults: false, breaks_prefixes: false };
  expect(await reportOn(habitual({}))).toMatchObject(sound);
});

test.each<{ what: string; habits: Habits; report: object }>([
  {
    what: 'the same log-probability at any temperature',
    habits: { logprob: () => -1 },
    report: { raw_logprobs: true },
  },
  {
    what: 'nearly the same, as arithmetic has it',
    habits: { logprob: (t) => -1 - t / 1000 },
    report: { raw_logprobs: true },
  },
  { what: 'only tokens that are certain', habits: { logprob: () => -0.001 }, report: { raw_logprobs: null } },
  {
    what: 'another first token at each temperature',
    habits: { logprob: () => -1, firstId: (t) => Math.ceil(t) },
    report: { raw_logprobs: null },
  },
  {
    what: 'the same first token under the third seed only',
    habits: { logprob: () => -1, firstId: (t, seed) => (seed === 3 ? 7 : Math.ceil(t)) },
    report: { raw_logprobs: true },
  },
  { what: 'no answer at temperature 2', habits: { refuses: 'temperature 2' }, report: { raw_logprobs: null } },
  { what: 'another reply where sampling is unsaid', habits: { unsaid: 'Bad.' }, report: { injected_defaults: true } },
  { what: 'history in other ids', habits: { begins: (n) => [1, n] }, report: { breaks_prefixes: true } },
  { what: 'history cut short', habits: { begins: (n) => (n > 2 ? [] : [1, 2]) }, report: { breaks_prefixes: true } },
  { what: 'no answer to a longer prompt', habits: { refuses: 'more messages' }, report: { breaks_prefixes: null } },
])('a server that gives $what is warned of, or left open, accordingly', async ({ habits, report }) => {
  const sound = { raw_logprobs: false, injected_defaults: false, breaks_prefixes: false };
  expect(await reportOn(habitual(habits))).toMatchObject({ ...sound, ...report });
});

test('sampling is left away only to see what the server makes of it, and then all of it', async () => {
  const server = await startMisbehavingServer(serving(json(200, { data: [{ id: 'm' }] }), habitual({})));
  await probeEndpoint(modelAt(server.url));
  const asked = server.sent.filter(({ path }) => path.endsWith('/completions')).map(({ body }) => body);
  const unsaid = asked.filter((body) => !('temperature' in body));
  expect(unsaid).toHaveLength(2);
  for (const field of ['top_p', 'top_k', 'min_p', 'presence_penalty', 'frequency_penalty', 'repetition_penalty']) {
    expect(unsaid.filter((body) => field in body)).toEqual([]);
    expect(asked.filter((body) => field in body)).toHaveLength(asked.length - 2);
  }
});

test('a server whose replies do not repeat tells nothing of its defaults', async () => {
  const answers = Array.from({ length: 20 }, (_, index) => saying(`reply ${index}`));
  expect(await reportOn(inTurn(...answers))).toMatchObject({ repeatable: false, injected_defaults: null });
  // Repeatable at first, then no longer.
  expect(await reportOn(inTurn(saying('a'), saying('a'), ...answers))).toMatchObject({
    repeatable: true,
    injected_defaults: null,
  });
});
