import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../src/chat/index.js';
import { defaultSampling, type Sampling } from '../../src/domain/index.js';
import { aRequest, failureOf, modelAt } from '../support/chat.js';
import { type Answer, completion, fault, json, startMisbehavingServer } from '../support/misbehaving-server.js';

const answer = { name: 'agreement', schema: { type: 'object', properties: {} } };
/** A request that uses every optional field. */
const everything: ChatRequest = aRequest({ wantTokens: true, answer });

describe('a request', () => {
  const sampling = fc.record<Sampling>({
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    top_p: fc.double({ min: 0.01, max: 1, noNaN: true }),
    top_k: fc.integer({ min: -1, max: 200 }),
    min_p: fc.double({ min: 0, max: 1, noNaN: true }),
    presence_penalty: fc.double({ min: -2, max: 2, noNaN: true }),
    frequency_penalty: fc.double({ min: -2, max: 2, noNaN: true }),
    repetition_penalty: fc.double({ min: 0.01, max: 2, noNaN: true }),
    max_tokens: fc.integer({ min: 1, max: 1_000_000 }),
  });

  test('states every sampling field and the seed, so that no server default decides', async () => {
    const server = await startMisbehavingServer(completion());
    const model = modelAt(server.url);
    await fc.assert(
      fc.asyncProperty(sampling, fc.nat(0x7fff_ffff), async (wanted, seed) => {
        await model.complete(aRequest({ sampling: wanted, seed }));
        const body = server.sent.at(-1)?.body;
        expect(body).toEqual({
          model: 'm',
          messages: [{ role: 'user', content: 'Shall we?' }],
          stream: false,
          n: 1,
          seed,
          ...JSON.parse(JSON.stringify(wanted)),
          chat_template_kwargs: { enable_thinking: false },
        });
      }),
      { seed: 5, numRuns: 50 },
    );
  });

  test('asks for tokens and for a form of answer only where they are wanted', async () => {
    const server = await startMisbehavingServer(completion());
    await modelAt(server.url).complete(everything);
    expect(server.sent[0]?.body).toMatchObject({
      return_token_ids: true,
      return_tokens_as_token_ids: true,
      logprobs: true,
      top_logprobs: 0,
      response_format: { type: 'json_schema', json_schema: { name: 'agreement', strict: true, schema: answer.schema } },
    });
  });

  test('goes to the path below the base URL', async () => {
    const server = await startMisbehavingServer(completion());
    await modelAt(`${server.url}/deep`).complete(aRequest());
    expect(server.sent[0]).toMatchObject({ method: 'POST', path: '/v1/deep/chat/completions' });
  });
});

/** Refuses the first of these fields that it finds, in its own words; else completes. */
function without(fields: readonly string[], refuse: (field: string) => Answer): Answer {
  return (response, sent) => {
    const found = fields.find((field) => field in sent.body);
    (found === undefined ? completion() : refuse(found))(response, sent);
  };
}

const unsupported = (field: string) =>
  fault(400, `Unsupported parameter: '${field}' is not supported with this model.`);
const pydantic = (field: string) => json(422, { detail: [{ type: 'extra_forbidden', loc: ['body', field] }] });

describe('a server that does not know an optional field', () => {
  test.each([
    'top_k',
    'min_p',
    'repetition_penalty',
    'return_token_ids',
    'return_tokens_as_token_ids',
    'chat_template_kwargs',
    'response_format',
    'logprobs',
    'top_logprobs',
    'seed',
  ])('is asked again without %s, once and for all', async (field) => {
    const server = await startMisbehavingServer(without([field], unsupported));
    const model = modelAt(server.url);
    await model.complete(everything);
    expect(server.sent).toHaveLength(2);
    const [first, second] = server.sent.map(({ body }) => body);
    expect({ ...second, [field]: first?.[field] }).toEqual(first);
    await model.complete(everything);
    expect(server.sent).toHaveLength(3);
    expect(server.sent[2]?.body).toEqual(second);
  });

  test('is told the limit as max_completion_tokens where it wants that instead of max_tokens', async () => {
    const refuse = () => fault(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.");
    const server = await startMisbehavingServer(without(['max_tokens'], refuse));
    await modelAt(server.url).complete(aRequest());
    expect(server.sent).toHaveLength(2);
    expect(server.sent[1]?.body).toMatchObject({ max_completion_tokens: defaultSampling.speaking.max_tokens });
    expect(server.sent[1]?.body).not.toHaveProperty('max_tokens');
  });

  test('costs one more request for each field that it names on its own', async () => {
    const server = await startMisbehavingServer(without(['top_k', 'min_p', 'repetition_penalty'], pydantic));
    await modelAt(server.url).complete(aRequest());
    expect(server.sent).toHaveLength(4);
  });

  test('costs one more request for all the fields that it names at once', async () => {
    const server = await startMisbehavingServer(
      without(['top_k'], () => fault(400, 'unknown fields: top_k, min_p, repetition_penalty')),
    );
    await modelAt(server.url).complete(aRequest());
    expect(server.sent).toHaveLength(2);
    for (const field of ['top_k', 'min_p', 'repetition_penalty'])
      expect(server.sent[1]?.body).not.toHaveProperty(field);
  });

  test('costs each call in flight one more request, and none of them fails', async () => {
    const server = await startMisbehavingServer(without(['top_k'], unsupported));
    const model = modelAt(server.url);
    await Promise.all(Array.from({ length: 10 }, (_, seed) => model.complete(aRequest({ seed }))));
    expect(server.sent).toHaveLength(20);
  });

  test('gets its answer, with tokens null, where it knows no token ids', async () => {
    const server = await startMisbehavingServer(without(['return_token_ids', 'logprobs', 'top_logprobs'], unsupported));
    expect(await modelAt(server.url).complete(everything)).toMatchObject({ content: 'Good.', tokens: null });
    expect(server.sent).toHaveLength(4);
  });
});

describe('a refusal of another kind is not mistaken for one of an optional field', () => {
  test.each([
    { what: 'a field that must be sent', model: 'm', refusal: fault(400, "'temperature' must be 1"), requests: 1 },
    { what: 'a field that was not sent', model: 'm', refusal: fault(400, 'response_format is bad'), requests: 1 },
    {
      what: 'a field within another word',
      model: 'm',
      refusal: fault(400, 'stop_k, seeds, max_tokens_total'),
      requests: 1,
    },
    { what: 'a field on another status', model: 'm', refusal: fault(500, 'top_k crashed'), requests: 1 },
    { what: 'a model named like a field', model: 'seed', refusal: fault(400, 'bad messages'), requests: 1 },
    {
      what: 'a prompt too long, with max_tokens in its words',
      model: 'm',
      refusal: fault(400, "'max_tokens' is too large: 1024. This model's maximum context length is 2048 tokens."),
      requests: 1,
    },
    { what: 'a field that is refused even when it is gone', model: 'm', refusal: fault(400, 'top_k!'), requests: 2 },
  ])('$what', async ({ model, refusal, requests }) => {
    const server = await startMisbehavingServer(refusal);
    await failureOf(modelAt(server.url, { model }).complete(aRequest()));
    expect(server.sent).toHaveLength(requests);
  });
});
