/** What an endpoint can do, found out by asking it: the basis of `entente check`. */
import { defaultSampling } from '../domain/index.js';
import type { ChatModel, ChatRequest } from './model.js';

export interface EndpointReport {
  model: string;
  /** Null: in this process. */
  base_url: string | null;
  /** Milliseconds of a short call. */
  latency_ms: number;
  token_counts: boolean;
  token_ids: boolean;
  logprobs: boolean;
  /** As many log-probabilities as reply ids; null where one of them is missing. */
  aligned: boolean | null;
  /** Answered a request for JSON of a given form with JSON of that form. */
  json_schema: boolean;
  /** The same request and seed got the same reply twice. */
  repeatable: boolean;
  rehearsal: boolean;
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
  return {
    model: model.name,
    base_url: model.baseUrl,
    latency_ms: first.latencyMs,
    token_counts: first.promptTokens !== null && first.completionTokens !== null,
    token_ids: tokens !== null,
    logprobs: tokens?.logprobs != null,
    aligned: tokens?.logprobs == null ? null : tokens.logprobs.length === tokens.replyIds.length,
    json_schema: isAgreementJson(judged.content),
    repeatable: first.content === second.content,
    rehearsal: model.baseUrl === null || tokens?.source === 'rehearsal',
  };
}

function isAgreementJson(text: string): boolean {
  try {
    const value = JSON.parse(text) as { agreed?: unknown; reason?: unknown } | null;
    return typeof value?.agreed === 'boolean' && typeof value.reason === 'string';
  } catch {
    return false;
  }
}
