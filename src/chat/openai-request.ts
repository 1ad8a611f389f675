/** The body of a chat completion request, and which of its fields a server may be spared. */
import type { EntenteError } from '../errors.js';
import type { ChatRequest } from './model.js';

/** Fields that not every server knows. When one is refused by name, the call is made again without it, once and for all. */
export const optionalFields = [
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
  'max_tokens',
] as const;
export type OptionalField = (typeof optionalFields)[number];

/** Every sampling field is written out; `refused` fields are left away. */
export function requestBody(
  model: string,
  request: ChatRequest,
  refused: ReadonlySet<OptionalField>,
): Record<string, unknown> {
  const { sampling, answer } = request;
  const body: Record<string, unknown> = {
    model,
    messages: request.messages,
    stream: false,
    n: 1,
    seed: request.seed,
    ...sampling,
    // No thinking tokens (protocol §1); servers whose templates have no such switch ignore it.
    chat_template_kwargs: { enable_thinking: false },
  };
  if (request.wantTokens) {
    // top_logprobs 0, not null: null silences chat log-probabilities in vLLM 0.20.
    Object.assign(body, { return_token_ids: true, logprobs: true, top_logprobs: 0 });
    // Older vLLM servers have no other way to give ids.
    body['return_tokens_as_token_ids'] = true;
  }
  if (request.alternatives !== undefined) Object.assign(body, { logprobs: true, top_logprobs: request.alternatives });
  if (answer !== undefined) {
    body['response_format'] = {
      type: 'json_schema',
      json_schema: { name: answer.name, strict: true, schema: answer.schema },
    };
  }
  for (const field of refused) delete body[field];
  if (refused.has('max_tokens')) body['max_completion_tokens'] = sampling.max_tokens;
  return body;
}

/** The optional fields that a 400 or 422 complains of by name, among those that were sent. `at` opens the message. */
export function refusedFields(
  error: EntenteError,
  sent: Readonly<Record<string, unknown>>,
  at: string,
): OptionalField[] {
  if (error.code !== 'rejected' || (error.status !== 400 && error.status !== 422)) return [];
  // Without `at`: a model may be named like a field.
  const named = new Set(error.message.slice(at.length).match(/[a-z]+(?:_[a-z]+)*/g));
  return optionalFields.filter((field) => field in sent && named.has(field));
}
