import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ChatModel,
  type ChatRequest,
  createOpenAIModel,
  createRehearsalModel,
  createTransport,
  type Message,
  type MockServer,
  startMockServer,
} from '../../src/chat/index.js';
import { defaultSampling } from '../../src/domain/index.js';
import { aRequest, failureOf } from '../support/chat.js';
import { anyWords } from '../support/words.js';

const opening: readonly Message[] = [
  {
    role: 'system',
    content: '# Negotiator\n\n## Your stance: the saver\n\nSpend nothing that is not needed.\n\n## How',
  },
  {
    role: 'user',
    content: 'The dilemma:\n\nThe night ferry runs at a loss, and the island has no other way off by Monday.',
  },
];

function speaking(parts: Partial<ChatRequest> = {}): ChatRequest {
  return aRequest({ messages: opening, wantTokens: true, ...parts });
}

const upTo = (max_tokens: number) => ({ ...defaultSampling.speaking, max_tokens });

let server: MockServer;
const transport = createTransport(32);
const overHttp = (): ChatModel =>
  createOpenAIModel({ model: 'any', baseUrl: server.url, apiKey: null, timeoutMs: 10_000, transport });

beforeAll(async () => {
  server = await startMockServer({ port: 0 });
});
afterAll(async () => {
  await transport.close();
  await server.close();
});

describe.each([
  { provider: 'the rehearsal in this process', connect: createRehearsalModel },
  { provider: 'an OpenAI-compatible server', connect: overHttp },
])('the contract of a chat model: $provider', ({ connect }) => {
  test('answers the same request and seed with the same reply, token for token', async () => {
    const first = await connect().complete(speaking({ seed: 7 }));
    const again = await connect().complete(speaking({ seed: 7 }));
    expect({ ...again, latencyMs: 0 }).toEqual({ ...first, latencyMs: 0 });
  });

  test('answers differently under another seed', async () => {
    const model = connect();
    const replies = await Promise.all([1, 2, 3, 4, 5].map((seed) => model.complete(speaking({ seed }))));
    expect(new Set(replies.map(({ content }) => content)).size).toBeGreaterThan(1);
    expect(new Set(replies.map(({ tokens }) => String(tokens?.logprobs))).size).toBe(5);
  });

  test('gives one log-probability for each reply token, and counts as many tokens as it gives ids', async () => {
    const { tokens, promptTokens, completionTokens, finishReason } = await connect().complete(speaking());
    expect(finishReason).toBe('stop');
    expect(tokens?.logprobs).toHaveLength(tokens?.replyIds.length ?? -1);
    expect(promptTokens).toBe(tokens?.promptIds?.length);
    expect(completionTokens).toBe(tokens?.replyIds.length);
    for (const logprob of tokens?.logprobs ?? []) expect(logprob).toBeLessThanOrEqual(0);
  });

  test('gives tokens only where they are wanted, and counts in either case', async () => {
    const wanted = await connect().complete(speaking());
    const unwanted = await connect().complete(speaking({ wantTokens: false }));
    expect(unwanted.tokens).toBeNull();
    expect({ ...unwanted, latencyMs: 0 }).toEqual({ ...wanted, tokens: null, latencyMs: 0 });
  });

  test('cuts a reply at max_tokens and says so', async () => {
    const whole = await connect().complete(speaking());
    const cut = await connect().complete(speaking({ sampling: upTo(20) }));
    expect(cut.finishReason).toBe('length');
    expect(cut.completionTokens).toBe(20);
    expect(cut.tokens?.replyIds).toEqual(whole.tokens?.replyIds.slice(0, 20));
    expect(cut.tokens?.logprobs).toHaveLength(20);
    expect(whole.content.startsWith(cut.content)).toBe(true);
  });

  test('does not call a reply cut that just fits', async () => {
    const { completionTokens } = await connect().complete(speaking());
    const just = await connect().complete(speaking({ sampling: upTo(completionTokens!) }));
    const short = await connect().complete(speaking({ sampling: upTo(completionTokens! - 1) }));
    expect([just.finishReason, short.finishReason]).toEqual(['stop', 'length']);
  });

  test('makes no call once it was told to stop', async () => {
    const failure = await failureOf(connect().complete(speaking(), AbortSignal.abort()));
    expect(failure).toMatchObject({ code: 'interrupted', retryable: false });
  });

  test('answers a judge in JSON', async () => {
    const messages = [
      { role: 'system', content: '# Agreement judge' },
      { role: 'user', content: '```json\n{"latest": {"A": "", "B": ""}}\n```' },
    ] as const;
    const answer = { name: 'agreement', schema: { type: 'object' } };
    const { content } = await connect().complete(aRequest({ messages, answer }));
    expect(JSON.parse(content)).toMatchObject({ agreed: false });
  });

  test('passes its own preflight', async () => {
    await expect(connect().preflight?.() ?? Promise.resolve()).resolves.toBeUndefined();
  });
});

describe('the rehearsal, in process and over HTTP', () => {
  const words = anyWords();
  const role = fc.constantFrom('# Negotiator', '# Joint answer', '# Direct answer', '# Collective Agency scorer', '');
  const request = fc.record<ChatRequest>({
    messages: fc.tuple(role, words, fc.array(words, { maxLength: 4 })).map(([title, stance, turns]) => [
      { role: 'system' as const, content: `${title}\n\n## Your stance: ${stance}` },
      { role: 'user' as const, content: `The dilemma:\n\n${opening[1]?.content}` },
      ...turns.map((content, index) => ({
        role: index % 2 === 0 ? ('assistant' as const) : ('user' as const),
        content,
      })),
    ]),
    sampling: fc.integer({ min: 1, max: 600 }).map(upTo),
    seed: fc.integer({ min: 0, max: 0x7fff_ffff }),
    wantTokens: fc.boolean(),
  });

  test('gives byte-identical content, ids and log-probabilities whatever it is asked', async () => {
    const inProcess = createRehearsalModel();
    const remote = overHttp();
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        const [near, far] = await Promise.all([inProcess.complete(asked), remote.complete(asked)]);
        expect({ ...far, latencyMs: 0 }).toEqual(near);
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  test('never mixes up the replies of calls in flight at the same time', async () => {
    const inProcess = createRehearsalModel();
    const remote = overHttp();
    const asked = Array.from({ length: 100 }, (_, seed) => speaking({ seed }));
    const near = await Promise.all(asked.map((one) => inProcess.complete(one)));
    const far = await Promise.all(asked.map((one) => remote.complete(one)));
    expect(far.map((reply) => ({ ...reply, latencyMs: 0 }))).toEqual(near);
  });

  test('says that it is rehearsal on every token, over HTTP too', async () => {
    expect((await createRehearsalModel().complete(speaking())).tokens?.source).toBe('rehearsal');
    expect((await overHttp().complete(speaking())).tokens?.source).toBe('rehearsal');
  });
});
