import { describe, expect, onTestFinished, test } from 'vitest';
import { type MockOptions, startMockServer, withRetries } from '../../src/chat/index.js';
import type { MockStyle } from '../../src/chat/mock.js';
import { rehearse } from '../../src/chat/rehearsal/index.js';
import { EntenteError } from '../../src/errors.js';
import { aRequest, failureOf, modelAt } from '../support/chat.js';

async function mock(options: Partial<MockOptions> = {}) {
  const server = await startMockServer({ port: 0, ...options });
  onTestFinished(() => server.close());
  const post = async (body: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${server.url}/chat/completions`, { method: 'POST', body: text });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { ...server, post };
}

const asking = (parts: object = {}) => ({ model: 'x', messages: [{ role: 'user', content: 'Hello.' }], ...parts });

/** How each of a row of calls ends: 200, or the status of a fault. */
async function endings(url: string, calls: number): Promise<number[]> {
  const model = modelAt(url);
  const ending = (seed: number) =>
    model.complete(aRequest({ seed })).then(
      () => 200,
      (error) => (error instanceof EntenteError ? (error.status ?? 0) : 0),
    );
  return Promise.all(Array.from({ length: calls }, (_, seed) => ending(seed)));
}

describe('the mock server', () => {
  test('looks like a vLLM server to a client, and says that it is rehearsal', async () => {
    const { url, post } = await mock();
    const models = (await (await fetch(`${url}/models`)).json()) as { data: { id: string }[] };
    expect(models.data.map(({ id }) => id)).toEqual(['rehearsal']);
    const { status, body } = await post(asking({ seed: 3, logprobs: true, return_token_ids: true }));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: 'x',
      system_fingerprint: 'entente-rehearsal',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant' }, token_ids: expect.any(Array) }],
      prompt_token_ids: expect.any(Array),
    });
    const usage = body['usage'] as Record<string, number>;
    expect(usage['total_tokens']).toBe(usage['prompt_tokens']! + usage['completion_tokens']!);
  });

  test('gives token ids and log-probabilities only to those who ask', async () => {
    const { post } = await mock();
    const { body } = await post(asking());
    expect(body).not.toHaveProperty('prompt_token_ids');
    expect(body['choices']).toMatchObject([{ logprobs: null }]);
    expect((body['choices'] as object[])[0]).not.toHaveProperty('token_ids');
  });

  test.each([
    { what: 'no JSON', body: '{"model": ' },
    { what: 'no messages', body: { model: 'x', messages: [] } },
    { what: 'no model', body: { ...asking(), model: '' } },
    { what: 'an unknown role', body: asking({ messages: [{ role: 'tool', content: 'x' }] }) },
    { what: 'a limit of no tokens', body: asking({ max_tokens: 0 }) },
    { what: 'a wish to stream', body: asking({ stream: true }) },
  ])('refuses $what with 400 and a reason', async ({ body }) => {
    const { post } = await mock();
    const refusal = await post(body);
    expect(refusal.status).toBe(400);
    expect(refusal.body).toMatchObject({ error: { message: expect.stringMatching(/\w{3}/) } });
  });

  test('keeps to max_completion_tokens as to max_tokens', async () => {
    const { post } = await mock();
    for (const limit of [
      { max_tokens: 5 },
      { max_completion_tokens: 5 },
      { max_completion_tokens: 5, max_tokens: 50 },
    ]) {
      const { body } = await post(asking(limit));
      expect(body).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 5 } });
    }
  });

  test('has nothing at other paths', async () => {
    const { url } = await mock();
    expect((await fetch(`${url}/embeddings`, { method: 'POST', body: '{}' })).status).toBe(404);
  });

  test('says which port is taken', async () => {
    const port = Number(new URL((await mock()).url).port);
    const failure = await failureOf(startMockServer({ port }));
    expect(failure).toMatchObject({ code: 'usage', message: `port ${port} is in use; choose another --port.` });
  });
});

describe('--style', () => {
  const wanted = aRequest({ wantTokens: true, seed: 4 });
  const plain = rehearse(wanted);

  test.each<{ style: MockStyle; prompt: boolean; reply: boolean }>([
    { style: 'vllm', prompt: true, reply: true },
    { style: 'sglang', prompt: true, reply: true },
    { style: 'old-vllm', prompt: false, reply: true },
    { style: 'hosted', prompt: false, reply: false },
  ])('$style serves the same reply with the ids that such a server gives', async ({ style, prompt, reply }) => {
    const { url } = await mock({ style });
    const { content, completionTokens, tokens } = await modelAt(url).complete(wanted);
    expect({ content, completionTokens }).toEqual({
      content: plain.content,
      completionTokens: plain.completionTokens,
    });
    expect(tokens).toEqual(reply ? { ...plain.tokens, promptIds: prompt ? plain.tokens?.promptIds : null } : null);
  });

  test('vllm and sglang put the ids of the prompt in different places', async () => {
    const asked = asking({ return_token_ids: true });
    const [vllm, sglang] = [await mock({ style: 'vllm' }), await mock({ style: 'sglang' })];
    expect((await vllm.post(asked)).body).toHaveProperty('prompt_token_ids');
    const { body } = await sglang.post(asked);
    expect(body).not.toHaveProperty('prompt_token_ids');
    expect(body['choices']).toMatchObject([{ prompt_token_ids: expect.any(Array), token_ids: expect.any(Array) }]);
  });

  test('hosted gives log-probabilities with the text of each token', async () => {
    const { post } = await mock({ style: 'hosted' });
    const { body } = await post(asking({ logprobs: true }));
    const [choice] = body['choices'] as { message: { content: string }; logprobs: { content: { token: string }[] } }[];
    expect(choice?.logprobs.content.map(({ token }) => token).join('')).toBe(choice?.message.content);
  });

  test('hosted refuses what OpenAI does not know, by name, and nothing else', async () => {
    const { post } = await mock({ style: 'hosted' });
    const refusal = await post(asking({ top_k: 5, temperature: 1, min_p: 0 }));
    expect(refusal.status).toBe(400);
    expect(refusal.body).toMatchObject({ error: { message: 'Unrecognized request arguments supplied: top_k, min_p' } });
    expect((await post(asking({ temperature: 1, top_p: 1, seed: 2, logprobs: true }))).status).toBe(200);
  });
});

describe('--latency', () => {
  test('holds each reply back for so long, side by side', async () => {
    const { url } = await mock({ latencyMs: 200 });
    const started = performance.now();
    const ended = await endings(url, 10);
    const took = performance.now() - started;
    expect(new Set(ended)).toEqual(new Set([200]));
    expect(took).toBeGreaterThan(195);
    expect(took).toBeLessThan(1900);
  });

  test('counts towards the latency that is stored', async () => {
    const { url } = await mock({ latencyMs: 40 });
    expect((await modelAt(url).complete(aRequest())).latencyMs).toBeGreaterThanOrEqual(35);
  });
});

describe('--fault-rate', () => {
  test('fails the share of calls asked for, with 429 and 500, the same ones every time', async () => {
    const [first, second] = [await mock({ faultRate: 0.3 }), await mock({ faultRate: 0.3 })];
    const ended = await endings(first.url, 200);
    const share = ended.filter((status) => status !== 200).length / 200;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
    expect(new Set(ended)).toEqual(new Set([200, 429, 500]));
    expect(await endings(second.url, 200)).toEqual(ended);
  });

  test('lets a call that failed succeed when it is tried again', async () => {
    const { url } = await mock({ faultRate: 0.5 });
    const model = withRetries(modelAt(url), { maxRetries: 20, random: () => 0, baseMs: 1 });
    const replies = await Promise.all(Array.from({ length: 50 }, (_, seed) => model.complete(aRequest({ seed }))));
    expect(replies.some(({ failedAttempts }) => failedAttempts.length > 1)).toBe(true);
  });

  test('changes no reply', async () => {
    const [sound, faulty] = [await mock(), await mock({ faultRate: 0.5 })];
    const patient = withRetries(modelAt(faulty.url), { maxRetries: 20, random: () => 0, baseMs: 1 });
    const wanted = aRequest({ wantTokens: true, seed: 2 });
    const [plain, retried] = [await modelAt(sound.url).complete(wanted), await patient.complete(wanted)];
    expect(retried).toMatchObject({ content: plain.content, tokens: plain.tokens });
  });

  test.each([
    { faultRate: 0, statuses: [200] },
    { faultRate: 1, statuses: [429, 500] },
  ])('of $faultRate fails none, or all', async ({ faultRate, statuses }) => {
    const { url } = await mock({ faultRate });
    expect([...new Set(await endings(url, 60))].toSorted()).toEqual(statuses);
  });

  test('spares the list of models, so that a run gets past its preflight', async () => {
    const { url } = await mock({ faultRate: 1 });
    expect((await fetch(`${url}/models`)).status).toBe(200);
    await expect(modelAt(url, { model: 'rehearsal' }).preflight?.()).resolves.toBeUndefined();
  });
});
