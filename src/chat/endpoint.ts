/** One OpenAI-compatible server: requests through the SDK over our transport, each under one deadline, errors typed. */
import OpenAI from 'openai';
import { EntenteError } from '../errors.js';
import { typedError } from './openai-errors.js';
import type { Transport } from './transport.js';

export interface EndpointOptions {
  baseUrl: string;
  /** Sent to `baseUrl` and nowhere else; null sends none. */
  apiKey: string | null;
  transport: Transport;
}

export interface Endpoint {
  /**
   * The parsed body of a reply. `at` names model and server in messages, `ms` is the deadline, body included. Throws
   * EntenteError: `timeout`, `interrupted` where `outer` aborted, or what the server or the connection said.
   */
  post(path: string, body: object, at: string, ms: number, outer?: AbortSignal): Promise<unknown>;
  get(path: string, at: string, ms: number, outer?: AbortSignal): Promise<unknown>;
}

/** Throws `usage` for a key that cannot be sent. */
export function createEndpoint({ baseUrl, apiKey, transport }: EndpointOptions): Endpoint {
  const key = sendableKey(apiKey, baseUrl);
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'entente',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
  const client = new OpenAI({
    baseURL: baseUrl,
    // The SDK insists on some key; it is not sent.
    apiKey: 'unused',
    maxRetries: 0,
    timeout: 0x7fff_ffff,
    // Our headers alone: the SDK would send what OPENAI_ADMIN_KEY and OPENAI_CUSTOM_HEADERS hold, to whatever server.
    fetch: (url, init) => transport.fetch(url, { ...init, headers }),
    logLevel: 'off',
  });
  const within = deadlines(key !== null);
  return {
    post: (path, body, at, ms, outer) =>
      within(at, ms, outer, (signal) => client.post<unknown>(path, { body, signal })),
    get: (path, at, ms, outer) => within(at, ms, outer, (signal) => client.get<unknown>(path, { signal })),
  };
}

/** Runs work under one deadline and the caller's signal; whatever is thrown comes out typed. */
function deadlines(keySent: boolean) {
  return async <T>(
    at: string,
    ms: number,
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort('deadline'), ms);
    const onAbort = () => deadline.abort('caller');
    outer?.addEventListener('abort', onAbort, { once: true });
    try {
      if (outer?.aborted) onAbort();
      return await work(deadline.signal);
    } catch (cause) {
      const { reason } = deadline.signal;
      if (reason === 'caller') throw new EntenteError('interrupted', `${at}: stopped`, { cause });
      if (reason === 'deadline') {
        throw new EntenteError('timeout', `${at}: no full answer within ${ms / 1000} s`, { retryable: true, cause });
      }
      throw typedError(cause, at, keySent);
    } finally {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onAbort);
    }
  };
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
