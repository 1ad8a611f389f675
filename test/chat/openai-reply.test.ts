import { describe, expect, test } from 'vitest';
import { aRequest, failureOf, modelAt } from '../support/chat.js';
import {
  type Answer,
  breakOff,
  completion,
  json,
  startMisbehavingServer,
  text,
} from '../support/misbehaving-server.js';

async function ask(answer: Answer, wantTokens = false) {
  const server = await startMisbehavingServer(answer);
  return { server, reply: modelAt(server.url).complete(aRequest({ wantTokens })) };
}

const saying = (message: object) => completion({ message: { role: 'assistant', ...message } });
const twoIds = { token_ids: [7, 8], logprobs: { content: [{ logprob: -0.5 }, { logprob: 0 }] } };

/** Log-probabilities whose tokens have these texts. */
const spelled = (...tokens: string[]) => ({
  logprobs: { content: tokens.map((token, index) => ({ token, logprob: -0.5 - index })) },
});

describe('what is no proper reply, at status 200, never comes back as one', () => {
  test.each<{ what: string; answer: Answer; code: string; retryable: boolean }>([
    { what: 'a web page', answer: text(200, 'text/html', '<html>Sign in</html>'), code: 'bad_reply', retryable: true },
    { what: 'an error object', answer: json(200, { error: { message: 'x' } }), code: 'bad_reply', retryable: true },
    { what: 'no choices', answer: json(200, { choices: [] }), code: 'bad_reply', retryable: true },
    { what: 'null', answer: json(200, null), code: 'bad_reply', retryable: true },
    { what: 'a list', answer: json(200, [{ choices: [] }]), code: 'bad_reply', retryable: true },
    { what: 'nothing', answer: text(200, 'application/json', ''), code: 'bad_reply', retryable: true },
    { what: 'status 204', answer: text(204, 'application/json', ''), code: 'bad_reply', retryable: true },
    { what: 'no finish_reason', answer: completion({ finish_reason: undefined }), code: 'bad_reply', retryable: true },
    { what: 'a null finish_reason', answer: completion({ finish_reason: null }), code: 'bad_reply', retryable: true },
    { what: 'a tool call', answer: completion({ finish_reason: 'tool_calls' }), code: 'bad_reply', retryable: false },
    {
      what: 'JSON cut short',
      answer: text(200, 'application/json', '{"choices": [{"message": {"content": "Yes, I acc'),
      code: 'bad_reply',
      retryable: true,
    },
    { what: 'a body broken off', answer: breakOff, code: 'connection', retryable: true },
    { what: 'null content', answer: saying({ content: null }), code: 'empty', retryable: false },
    { what: 'blank content', answer: saying({ content: ' \n\t ' }), code: 'empty', retryable: false },
    { what: 'content in parts', answer: saying({ content: [{ text: 'Hi' }] }), code: 'bad_reply', retryable: true },
    { what: 'a refusal', answer: saying({ content: null, refusal: 'I cannot.' }), code: 'refused', retryable: false },
    {
      what: 'a refusal beside content',
      answer: saying({ content: 'Yes.', refusal: 'I cannot.' }),
      code: 'refused',
      retryable: false,
    },
    {
      what: 'half a sentence from a content filter',
      answer: completion({ finish_reason: 'content_filter' }),
      code: 'refused',
      retryable: false,
    },
  ])('$what is $code', async ({ answer, code, retryable }) => {
    const { server, reply } = await ask(answer);
    const failure = await failureOf(reply);
    expect(failure).toMatchObject({ code, retryable });
    expect(failure.message).toContain(`m @ ${server.url}: `);
    expect(failure.message.length).toBeLessThan(250);
    expect(server.sent).toHaveLength(1);
  });

  test.each([
    { what: 'words', ids: ['Good', '.'] },
    { what: 'negative numbers', ids: [-1] },
    { what: 'numbers beyond 31 bits', ids: [0x8000_0000] },
    { what: 'fractions', ids: [1.5] },
  ])('token ids that are $what are not rounded into ids', async ({ ids }) => {
    const asPrompt = await ask(completion(twoIds, { prompt_token_ids: ids }), true);
    expect(await failureOf(asPrompt.reply)).toMatchObject({ code: 'bad_reply', retryable: true });
    const asReply = await ask(completion({ token_ids: ids }, { prompt_token_ids: [1] }), true);
    expect(await failureOf(asReply.reply)).toMatchObject({ code: 'bad_reply', retryable: true });
  });
});

describe('a proper reply is kept as the server sent it', () => {
  test.each(['  two spaces before, a line after\n', 'naïve 🫱🏽‍🫲🏿 \u0000\ufeff', '<think>hm</think>Yes', '\ud800'])(
    'its words, to the byte: %j',
    async (content) => {
      const { reply } = await ask(saying({ content }));
      expect((await reply).content).toBe(content);
    },
  );

  test('its ids and log-probabilities', async () => {
    const { reply } = await ask(completion(twoIds, { prompt_token_ids: [0, 0x7fff_ffff] }), true);
    expect(await reply).toMatchObject({
      finishReason: 'stop',
      promptTokens: 11,
      completionTokens: 2,
      tokens: {
        promptIds: Int32Array.of(0, 0x7fff_ffff),
        replyIds: Int32Array.of(7, 8),
        logprobs: Float32Array.of(-0.5, 0),
        source: 'server',
      },
    });
  });

  test('ids without log-probabilities, where the server has none', async () => {
    const { reply } = await ask(completion({ token_ids: [7] }, { prompt_token_ids: [1] }), true);
    expect((await reply).tokens).toMatchObject({ replyIds: Int32Array.of(7), logprobs: null });
  });

  test('ids and log-probabilities that do not line up, neither cut nor padded', async () => {
    const { reply } = await ask(completion({ ...twoIds, token_ids: [7, 8, 9] }, { prompt_token_ids: [1] }), true);
    const { tokens } = await reply;
    expect([tokens?.replyIds.length, tokens?.logprobs?.length]).toEqual([3, 2]);
  });

  test.each<{ what: string; choice: object; rest: object; prompt: number[] | null; reply: number[] }>([
    {
      what: 'beside the reply, as SGLang puts them',
      choice: { ...twoIds, prompt_token_ids: [3, 4] },
      rest: {},
      prompt: [3, 4],
      reply: [7, 8],
    },
    {
      what: "in SGLang's extension",
      choice: {},
      rest: { sglext: { input_ids: [3], output_ids: [[7, 8], [9]] } },
      prompt: [3],
      reply: [7, 8],
    },
    {
      what: 'spelled out, as older vLLM does',
      choice: spelled('token_id:7', 'token_id:0'),
      rest: {},
      prompt: null,
      reply: [7, 0],
    },
    { what: 'of the reply only', choice: { token_ids: [7] }, rest: {}, prompt: null, reply: [7] },
    {
      what: 'in several places, where vLLM puts them',
      choice: { token_ids: [7], prompt_token_ids: [2], ...spelled('token_id:8') },
      rest: { prompt_token_ids: [1], sglext: { input_ids: [3], output_ids: [[9]] } },
      prompt: [1],
      reply: [7],
    },
  ])('its ids $what', async ({ choice, rest, prompt, reply: ids }) => {
    const { reply } = await ask(completion(choice, rest), true);
    const { tokens } = await reply;
    expect(tokens?.replyIds).toEqual(Int32Array.from(ids));
    expect(tokens?.promptIds).toEqual(prompt === null ? null : Int32Array.from(prompt));
  });

  test('log-probabilities beside spelled ids', async () => {
    const { reply } = await ask(completion(spelled('token_id:7', 'token_id:8')), true);
    expect((await reply).tokens).toMatchObject({ logprobs: Float32Array.of(-0.5, -1.5), source: 'server' });
  });

  test.each([
    { what: 'the prompt only', choice: {}, rest: { prompt_token_ids: [1] } },
    { what: 'some tokens of the reply only', choice: spelled('token_id:7', ' the'), rest: {} },
    { what: 'something much like them', choice: spelled('token_id:', 'token_id:x', 'a token_id:7'), rest: {} },
    { what: 'nothing', choice: { logprobs: { content: [] } }, rest: { sglext: { output_ids: [] } } },
  ])('no tokens at all where there are ids of $what', async ({ choice, rest }) => {
    const { reply } = await ask(completion(choice, rest), true);
    expect((await reply).tokens).toBeNull();
  });

  test('no spelled ids that are too large for an id', async () => {
    const { reply } = await ask(completion(spelled('token_id:2147483648')), true);
    expect(await failureOf(reply)).toMatchObject({ code: 'bad_reply' });
  });

  test('no tokens where none were asked for, though the server sends them', async () => {
    const { reply } = await ask(completion(twoIds, { prompt_token_ids: [1] }));
    expect((await reply).tokens).toBeNull();
  });

  test('a reply cut at max_tokens, and marked so', async () => {
    const { reply } = await ask(completion({ finish_reason: 'length' }));
    expect(await reply).toMatchObject({ content: 'Good.', finishReason: 'length' });
  });

  test('unknown counts stay unknown', async () => {
    const { reply } = await ask(completion({}, { usage: undefined }));
    expect(await reply).toMatchObject({ promptTokens: null, completionTokens: null });
  });
});
