/** A model on any OpenAI-compatible server. Retries are not made here but in `retry.ts`. */
import { afterAttempts, type FailedAttempt, toEntenteError } from '../errors.js';
import { createEndpoint, type EndpointOptions } from './endpoint.js';
import type { ChatModel, ChatRequest } from './model.js';
import { readReply } from './openai-reply.js';
import { type OptionalField, refusedFields, requestBody } from './openai-request.js';
import { preflightModel } from './preflight.js';

export interface OpenAIModelOptions extends EndpointOptions {
  model: string;
  /** Deadline of one try, body included, in milliseconds. */
  timeoutMs: number;
}

/** Throws `usage` for a key that cannot be sent. */
export function createOpenAIModel({ model, timeoutMs, ...options }: OpenAIModelOptions): ChatModel {
  const { baseUrl } = options;
  const at = `${model} @ ${baseUrl}`;
  const endpoint = createEndpoint(options);
  const refused = new Set<OptionalField>();
  let refusesAlternatives = false;

  const complete: ChatModel['complete'] = async (given, outer) => {
    const failedAttempts: FailedAttempt[] = [];
    for (;;) {
      const request = refusesAlternatives ? withoutAlternatives(given) : given;
      const body = requestBody(model, request, refused);
      const started = performance.now();
      try {
        const raw = await endpoint.post('/chat/completions', body, at, timeoutMs, outer);
        const reply = readReply(raw, request, at);
        return { ...reply, latencyMs: Math.round(performance.now() - started), failedAttempts };
      } catch (thrown) {
        const error = toEntenteError(thrown);
        const fields = refusedFields(error, body, at);
        if (fields.length === 0) throw afterAttempts(error, failedAttempts);
        failedAttempts.push({ code: error.code, message: error.message, ms: Math.round(performance.now() - started) });
        // Else one judge's wish would cost the policy on the same server its log-probabilities.
        const overAlternatives = request.alternatives !== undefined && fields.some((field) => /logprobs$/.test(field));
        if (overAlternatives) refusesAlternatives = true;
        else for (const field of fields) refused.add(field);
      }
    }
  };

  const preflight = (outer?: AbortSignal) => preflightModel({ model, baseUrl, at, endpoint, complete }, outer);
  return { name: model, baseUrl, complete, preflight };
}

function withoutAlternatives({ alternatives: _unused, ...request }: ChatRequest): ChatRequest {
  return request;
}
