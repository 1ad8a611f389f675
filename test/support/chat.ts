/** Requests, replies and models for tests of the chat port. */
import { onTestFinished } from 'vitest';
import { type ChatModel, type ChatRequest, createOpenAIModel, createTransport } from '../../src/chat/index.js';
import { defaultSampling, type Reply } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';

export function aRequest(parts: Partial<ChatRequest> = {}): ChatRequest {
  return {
    messages: [{ role: 'user', content: 'Shall we?' }],
    sampling: defaultSampling.speaking,
    seed: 1,
    wantTokens: false,
    ...parts,
  };
}

export function aReply(parts: Partial<Reply> = {}): Reply {
  return {
    content: 'Good.',
    finishReason: 'stop',
    promptTokens: 11,
    completionTokens: 2,
    tokens: null,
    latencyMs: 0,
    failedAttempts: [],
    ...parts,
  };
}

export interface OpenAIParts {
  model?: string;
  apiKey?: string | null;
  timeoutMs?: number;
  connections?: number;
}

/** A model at a server, with a transport of its own that closes when the test ends. */
export function modelAt(baseUrl: string, parts: OpenAIParts = {}): ChatModel {
  const { model = 'm', apiKey = null, timeoutMs = 5000, connections = 16 } = parts;
  const transport = createTransport(connections);
  onTestFinished(() => transport.close());
  return createOpenAIModel({ model, baseUrl, apiKey, timeoutMs, transport });
}

/** A model in this process that plays the steps in turn, the last one again and again. `calls` counts. */
export function scriptedModel(...steps: readonly (Reply | Error)[]): ChatModel & { calls(): number } {
  let calls = 0;
  return {
    name: 'scripted',
    baseUrl: null,
    calls: () => calls,
    async complete() {
      const step = steps[Math.min(calls++, steps.length - 1)];
      if (step === undefined || step instanceof Error) throw step ?? new Error('no step');
      return step;
    },
  };
}

/** What a promise fails with; it must, and with an EntenteError. */
export async function failureOf(promise: Promise<unknown>): Promise<EntenteError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`it did not fail, but gave ${JSON.stringify(outcome.value)?.slice(0, 200)}`);
  if (!(outcome.error instanceof EntenteError)) throw outcome.error;
  return outcome.error;
}
