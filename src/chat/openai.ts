/** Any OpenAI-compatible server, through the SDK over our transport. Retries are not made here but in `retry.ts`. */
import { setTimeout as delay } from 'node:timers/promises';
import OpenAI, { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { EntenteError, toEntenteError } from '../errors.js';
import type { ChatModel, ChatRequest } from './model.js';
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
  const client = new OpenAI({
    baseURL: baseUrl,
    // The SDK insists on some key; servers that need none ignore it.
    apiKey: options.apiKey ?? 'none',
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: 0x7fff_ffff,
    fetch: options.transport.fetch,
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
      throw typedError(error, at, options.apiKey !== null);
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
        const fields = refusedFields(toEntenteError(error), body);
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
      if (status === 404 || status === 405 || status === 501) return null;
      throw error;
    }
  }

  async function preflight(outer?: AbortSignal): Promise<void> {
    const listed = await patiently(() => listModels(outer));
    if (listed?.includes(model)) return;
    // Not every server lists all that it serves: let it refuse the model itself before we do.
    const probe = { model, messages: [{ role: 'user', content: 'Hello.' }], max_tokens: 1 };
    try {
      await within(preflightMs, outer, (signal) => client.post<unknown>('/chat/completions', { body: probe, signal }));
    } catch (error) {
      const known = toEntenteError(error);
      if (known.status === null || known.status === 401 || known.status === 403) throw known;
      if (known.status !== 404 && known.status !== 400 && known.status !== 422) return;
      const hint = listed?.length
        ? `it serves ${listed.slice(0, 5).join(', ')}`
        : 'check the name, and that the base URL ends where /chat/completions follows (mostly /v1)';
      throw new EntenteError('endpoint', `${baseUrl} does not serve the model "${model}"; ${hint}.`, { cause: error });
    }
  }

  return { name: model, baseUrl, complete, preflight };
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

const overflow = /context[ _]length|maximum context|context window|too many tokens|prompt is too long/i;

function typedError(error: unknown, at: string, keySent: boolean): EntenteError {
  if (error instanceof EntenteError) return error;
  if (error instanceof APIConnectionError || !(error instanceof APIError)) return transportError(error, at);
  const status = error.status ?? 0;
  const retryAfterMs = retryAfter(error.headers?.get('retry-after-ms'), error.headers?.get('retry-after'));
  const details = { status, cause: error, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  const said = error.message.replace(/\s+/g, ' ').slice(0, 300);
  if (status === 401 || status === 403) {
    const hint = keySent
      ? 'the key was refused'
      : 'no key was sent; set OPENAI_API_KEY, or with several servers name each key with api_key_env in the config';
    return new EntenteError('endpoint', `${at}: ${hint} (${said})`, details);
  }
  if (status === 404) return new EntenteError('endpoint', `${at}: not found (${said})`, details);
  if (status === 429) {
    const spent = /insufficient_quota/.test(JSON.stringify(error.error ?? ''));
    return new EntenteError('rate_limited', `${at}: ${said}`, { ...details, retryable: !spent });
  }
  if (status === 408 || status === 409 || status >= 500) {
    return new EntenteError('server_error', `${at}: ${said}`, { ...details, retryable: true });
  }
  const code =
    (status === 400 || status === 413 || status === 422) && overflow.test(said) ? 'context_overflow' : 'rejected';
  return new EntenteError(code, `${at}: ${said}`, details);
}

function transportError(error: unknown, at: string): EntenteError {
  if (error instanceof SyntaxError) {
    return new EntenteError('bad_reply', `${at}: status 200, but the body is not JSON`, {
      retryable: true,
      cause: error,
    });
  }
  const root = rootCause(error);
  if (error instanceof APIUserAbortError) return new EntenteError('interrupted', `${at}: stopped`, { cause: error });
  const code = (root as NodeJS.ErrnoException).code ?? root.message;
  const reason =
    code === 'ECONNREFUSED'
      ? 'nothing answers there (connection refused); is the server running?'
      : code === 'ENOTFOUND' || code === 'EAI_AGAIN'
        ? 'no such host; check the URL'
        : `the connection broke (${code})`;
  return new EntenteError('connection', `${at}: ${reason}`, { retryable: true, cause: error });
}

function rootCause(error: unknown): Error {
  let current = error instanceof Error ? error : new Error(String(error));
  while (current.cause instanceof Error) current = current.cause;
  const first = current instanceof AggregateError ? current.errors[0] : null;
  return first instanceof Error ? first : current;
}

/** Milliseconds to wait, from `retry-after-ms` or `retry-after` (seconds, or a date); null where unsaid. */
function retryAfter(ms: string | null | undefined, header: string | null | undefined): number | null {
  if (ms && Number.isFinite(Number(ms))) return Number(ms);
  if (!header) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
