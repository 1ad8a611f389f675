/** Any OpenAI-compatible server, through the SDK over our transport. Retries are not made here but in `retry.ts`. */
import { setTimeout as delay } from 'node:timers/promises';
import OpenAI from 'openai';
import { defaultSampling } from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import type { ChatModel, ChatRequest } from './model.js';
import { typedError } from './openai-errors.js';
import { readReply } from './openai-reply.js';
import { type OptionalField, refusedFields, requestBody } from './openai-request.js';
import type { Transport } from './transport.js';

export interface OpenAIModelOptions {
  model: string;
  baseUrl: string;
  /** Sent to `baseUrl` and nowhere else; null sends none. */
  apiKey: string | null;
  /** Deadline of one try, body included, in milliseconds. */
  timeoutMs: number;
  transport: Transport;
}

const preflightMs = 15_000;

export function createOpenAIModel(options: OpenAIModelOptions): ChatModel {
  const { model, baseUrl, timeoutMs } = options;
  const at = `${model} @ ${baseUrl}`;
  const apiKey = sendableKey(options.apiKey, baseUrl);
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'entente',
    ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
  };
  const client = new OpenAI({
    baseURL: baseUrl,
    // The SDK insists on some key; it is not sent.
    apiKey: 'unused',
    maxRetries: 0,
    timeout: 0x7fff_ffff,
    // Our headers alone: the SDK would send what OPENAI_ADMIN_KEY and OPENAI_CUSTOM_HEADERS hold, to whatever server.
    fetch: (url, init) => options.transport.fetch(url, { ...init, headers }),
    logLevel: 'off',
  });
  const refused = new Set<OptionalField>();

  /** Runs under one deadline and the caller's signal; whatever is thrown comes out typed. */
  async function within<T>(
    ms: number,
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort('deadline'), ms);
    const onAbort = () => deadline.abort('caller');
    outer?.addEventListener('abort', onAbort, { once: true });
    try {
      if (outer?.aborted) onAbort();
      return await work(deadline.signal);
    } catch (error) {
      if (deadline.signal.reason === 'caller')
        throw new EntenteError('interrupted', `${at}: stopped`, { cause: error });
      if (deadline.signal.reason === 'deadline') {
        throw new EntenteError('timeout', `${at}: no full answer within ${ms / 1000} s`, {
          retryable: true,
          cause: error,
        });
      }
      throw typedError(error, at, apiKey !== null);
    } finally {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onAbort);
    }
  }

  async function complete(request: ChatRequest, outer?: AbortSignal) {
    for (;;) {
      const body = requestBody(model, request, refused);
      const started = performance.now();
      try {
        const raw = await within(timeoutMs, outer, (signal) =>
          client.post<unknown>('/chat/completions', { body, signal }),
        );
        const reply = readReply(raw, request.wantTokens, at);
        return { ...reply, latencyMs: Math.round(performance.now() - started), failedAttempts: [] };
      } catch (error) {
        const fields = refusedFields(toEntenteError(error), body, at);
        if (fields.length === 0) throw error;
        for (const field of fields) refused.add(field);
      }
    }
  }

  /** Names of the models served; null where the server does not list them. */
  async function listModels(outer?: AbortSignal): Promise<string[] | null> {
    try {
      const raw = await within(preflightMs, outer, (signal) => client.get<unknown>('/models', { signal }));
      const data = (raw as { data?: unknown } | null)?.data;
      return Array.isArray(data) ? data.map((entry: { id?: unknown }) => String(entry?.id)) : null;
    } catch (error) {
      const { status } = toEntenteError(error);
      // A key may be allowed to call models, but not to list them: 403.
      if (status === 403 || status === 404 || status === 405 || status === 501) return null;
      throw error;
    }
  }

  async function preflight(outer?: AbortSignal): Promise<void> {
    try {
      const listed = await patiently(() => listModels(outer));
      // Not every server lists all that it serves: let it refuse the model itself before we do.
      if (!listed?.includes(model)) await greet(listed, outer);
    } catch (error) {
      const known = toEntenteError(error);
      if (known.code === 'endpoint' || known.code === 'interrupted') throw known;
      throw new EntenteError('endpoint', known.message, { cause: known });
    }
  }

  /**
   * Throws where the model cannot be called. A server that is busy, or a model that will not greet, is there. It may
   * take as long as any call: some servers load a model when it is first called.
   */
  async function greet(listed: string[] | null, outer?: AbortSignal): Promise<void> {
    const sampling = { ...defaultSampling.judging, max_tokens: 1 };
    try {
      await complete({ messages: [{ role: 'user', content: 'Hello.' }], sampling, seed: 1, wantTokens: false }, outer);
    } catch (error) {
      const known = toEntenteError(error);
      const { code, status, retryable } = known;
      if (code === 'empty' || code === 'refused') return;
      if ((code === 'rate_limited' || code === 'server_error') && retryable) return;
      if (status !== 404 && status !== 400 && status !== 422) throw known;
      const hint = listed?.length
        ? `it serves ${listed.slice(0, 5).join(', ')}`
        : 'check the name, and that the base URL ends where /chat/completions follows (mostly /v1)';
      throw new EntenteError('endpoint', `${baseUrl} does not serve the model "${model}"; ${hint}.`, { cause: error });
    }
  }

  return { name: model, baseUrl, complete, preflight };
}

/** A key as it goes into a header. Throws `usage`, without showing it, where it cannot. */
function sendableKey(key: string | null, baseUrl: string): string | null {
  const trimmed = key?.trim() ?? null;
  if (trimmed === null || /^[!-~]+$/.test(trimmed)) return trimmed;
  throw new EntenteError(
    'usage',
    `the key for ${baseUrl} is blank or holds what no key does, such as a line break; copy it again.`,
  );
}

/** A busy server gets three chances to answer a preflight; one that is not there gets none. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 2; ; left--) {
    try {
      return await work();
    } catch (error) {
      const { code } = toEntenteError(error);
      if (left === 0 || (code !== 'server_error' && code !== 'rate_limited')) throw error;
      await delay(500);
    }
  }
}
