/** What an endpoint can do, found out by asking it: the basis of `entente check`. */
import { defaultSampling, type Reply, type Sampling } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { ChatModel, ChatRequest } from './model.js';

export interface EndpointReport {
  model: string;
  /** Null: in this process. */
  base_url: string | null;
  /** Milliseconds of a short call. */
  latency_ms: number;
  token_counts: boolean;
  /** Of prompt and reply: what a row is made of. */
  token_ids: boolean;
  token_ids_of: 'prompt and reply' | 'reply only' | 'none';
  logprobs: boolean;
  /** As many log-probabilities as reply ids; null where one of them is missing. */
  aligned: boolean | null;
  /** Answered a request for JSON of a given form with JSON of that form. */
  json_schema: boolean;
  /** The same request and seed got the same reply twice. */
  repeatable: boolean;
  rehearsal: boolean;
  /** Log-probabilities do not follow the temperature that tokens are sampled at. Null: could not be told. */
  raw_logprobs: boolean | null;
  /** Sampling fields left away do not mean the neutral values. Null: could not be told. */
  injected_defaults: boolean | null;
  /** A next prompt does not begin with the ids of the last prompt and reply. Null: could not be told. */
  breaks_prefixes: boolean | null;
}

const greeting: ChatRequest = {
  messages: [
    { role: 'system', content: 'You answer in one short sentence.' },
    { role: 'user', content: 'What does a negotiator need most?' },
  ],
  sampling: { ...defaultSampling.speaking, max_tokens: 64 },
  seed: 1,
  wantTokens: true,
};

/** The shape of our own judges' answers, asked of `agreement`, which every role model must be able to follow. */
const structured: ChatRequest = {
  messages: [
    {
      role: 'system',
      content: '# Agreement judge\n\nReply with one JSON object: {"agreed": true or false, "reason": "one sentence"}',
    },
    { role: 'user', content: 'A says yes to the plan. B says yes to the plan. Have they agreed?' },
  ],
  sampling: { ...defaultSampling.judging, max_tokens: 128 },
  seed: 1,
  wantTokens: false,
  answer: {
    name: 'agreement',
    schema: {
      type: 'object',
      properties: { agreed: { type: 'boolean' }, reason: { type: 'string' } },
      required: ['agreed', 'reason'],
      additionalProperties: false,
    },
  },
};

/** Throws EntenteError where the endpoint cannot be used at all. */
export async function probeEndpoint(model: ChatModel): Promise<EndpointReport> {
  await model.preflight?.();
  const first = await model.complete(greeting);
  const second = await model.complete(greeting);
  const judged = await model.complete(structured);
  const { tokens } = first;
  const repeatable = first.content === second.content;
  const rehearsal = model.baseUrl === null || first.rehearsed === true || tokens?.source === 'rehearsal';
  return {
    model: model.name,
    base_url: model.baseUrl,
    latency_ms: first.latencyMs,
    token_counts: first.promptTokens !== null && first.completionTokens !== null,
    token_ids: tokens !== null && tokens.promptIds !== null,
    token_ids_of: tokens === null ? 'none' : tokens.promptIds === null ? 'reply only' : 'prompt and reply',
    logprobs: tokens?.logprobs != null,
    aligned: tokens?.logprobs == null ? null : tokens.logprobs.length === tokens.replyIds.length,
    json_schema: isAgreementJson(judged.content),
    repeatable,
    rehearsal,
    // Rehearsed log-probabilities are made up.
    raw_logprobs: rehearsal || tokens?.logprobs == null ? null : await orUnknown(hasRawLogprobs(model)),
    injected_defaults: repeatable ? await orUnknown(injectsDefaults(model)) : null,
    breaks_prefixes: await orUnknown(breaksPrefixes(model, first)),
  };
}

/** A question that the endpoint fails to answer leaves its point open; it is no reason to report nothing. */
async function orUnknown(answer: Promise<boolean | null>): Promise<boolean | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EntenteError && error.code !== 'interrupted') return null;
    throw error;
  }
}

const neutral: Sampling = { ...defaultSampling.judging, temperature: 1, max_tokens: 64 };

/** Compares the same first token at two temperatures; a few seeds, because the two may sample different tokens. */
async function hasRawLogprobs(model: ChatModel): Promise<boolean | null> {
  for (let seed = 1; seed <= 4; seed++) {
    const [plain, hot] = await Promise.all([1, 2].map((temperature) => firstToken(model, temperature, seed)));
    if (!plain || !hot || plain.id !== hot.id) continue;
    // More than arithmetic makes of the same number twice.
    if (Math.abs(plain.logprob - hot.logprob) > 0.02) return false;
    // A token that is all but certain is so at any temperature.
    if (plain.logprob < -0.1) return true;
  }
  return null;
}

async function firstToken(
  model: ChatModel,
  temperature: number,
  seed: number,
): Promise<{ id: number; logprob: number } | null> {
  const { tokens } = await model.complete({ ...greeting, sampling: { ...neutral, temperature, max_tokens: 1 }, seed });
  const [id, logprob] = [tokens?.replyIds[0], tokens?.logprobs?.[0]];
  return id === undefined || logprob === undefined ? null : { id, logprob };
}

/** Asks twice in each way: only replies that repeat can be told apart. */
async function injectsDefaults(model: ChatModel): Promise<boolean | null> {
  // The one place where sampling is left to the server: to see what it makes of it.
  const unsaid = { max_tokens: neutral.max_tokens } as Sampling;
  const replies: string[] = [];
  for (const sampling of [neutral, neutral, unsaid, unsaid]) {
    replies.push((await model.complete({ ...greeting, sampling, wantTokens: false })).content);
  }
  const [spelt, speltAgain, left, leftAgain] = replies;
  return spelt === speltAgain && left === leftAgain ? spelt !== left : null;
}

/** Goes on with the dialogue, as a window that holds all turns does. */
async function breaksPrefixes(model: ChatModel, { content, tokens }: Reply): Promise<boolean | null> {
  if (tokens === null || tokens.promptIds === null) return null;
  const next = await model.complete({
    ...greeting,
    messages: [
      ...greeting.messages,
      { role: 'assistant', content },
      { role: 'user', content: 'And what does it need least?' },
    ],
  });
  const promptIds = next.tokens?.promptIds;
  if (!promptIds) return null;
  return [...tokens.promptIds, ...tokens.replyIds].some((id, index) => promptIds[index] !== id);
}

function isAgreementJson(text: string): boolean {
  try {
    const value = JSON.parse(text) as { agreed?: unknown; reason?: unknown } | null;
    return typeof value?.agreed === 'boolean' && typeof value.reason === 'string';
  } catch {
    return false;
  }
}
