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
  logprobs: true,
  aligned: true,
  json_schema: true,
  repeatable: true,
  rehearsal: true,
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
  { what: 'no token ids', chat: completion(), report: { token_ids: false, logprobs: false, aligned: null } },
  {
    what: 'ids, but no log-probabilities',
    chat: withTokens([7, 8], null),
    report: { token_ids: true, logprobs: false, aligned: null, rehearsal: false },
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
