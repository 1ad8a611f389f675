/** One OpenAI-compatible server: requests through the SDK over our transport, each under one deadline, errors typed. */
import OpenAI from 'openai';
import { EntenteError } from '../errors.js';
import { rootCause, typedError } from './openai-errors.js';
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

type Headers = Readonly<Record<string, string>>;

/** Throws `usage` for a key that cannot be sent. */
export function createEndpoint({ baseUrl, apiKey, transport }: EndpointOptions): Endpoint {
  const key = sendableKey(apiKey, baseUrl);
  const client = new LeanClient(baseUrl, transport, {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'entente',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  });

  async function typed(work: Promise<unknown>, at: string, ms: number): Promise<unknown> {
    try {
      return await work;
    } catch (cause) {
      if (rootCause(cause) !== deadlineReached) throw typedError(cause, at, key !== null);
      throw new EntenteError('timeout', `${at}: no full answer within ${ms / 1000} s`, { retryable: true, cause });
    }
  }

  return {
    post: (path, body, at, ms, signal) => typed(client.post(path, { body, timeout: ms, signal }), at, ms),
    get: (path, at, ms, signal) => typed(client.get(path, { timeout: ms, signal }), at, ms),
  };
}

const deadlineReached = new Error('the deadline was reached');
const stopped = new Error('stopped by the caller');

/**
 * The SDK with two of its steps replaced. It would send what OPENAI_ADMIN_KEY and OPENAI_CUSTOM_HEADERS hold, to whatever
 * server, and puts these headers together anew for each call; and it leaves a listener on the caller's signal, which here
 * lives as long as the run.
 */
class LeanClient extends OpenAI {
  readonly #transport: Transport;
  readonly #headers: Headers;

  constructor(baseURL: string, transport: Transport, headers: Headers) {
    // The SDK insists on some key; it is not sent.
    super({ baseURL, apiKey: 'unused', maxRetries: 0, logLevel: 'off' });
    this.#transport = transport;
    this.#headers = headers;
  }

  override async buildRequest(options: Parameters<OpenAI['buildRequest']>[0]) {
    const { method, path, body, signal, timeout = this.timeout } = options;
    const sent = body === undefined ? null : JSON.stringify(body);
    const req = { method, headers: noHeaders, body: sent, ...(signal == null ? {} : { signal }) };
    return { req, url: this.buildURL(path, null), timeout };
  }

  /** The deadline covers the body too: the transport answers once it is whole. */
  override async fetchWithTimeout(
    url: unknown,
    { method = 'get', body, signal: outer }: RequestInit = {},
    ms: number,
  ): Promise<Response> {
    const sent = { method, headers: this.#headers, body: (body ?? null) as string | null };
    const { response, giveUp } = this.#transport.send(String(url), sent);
    const timer = setTimeout(() => giveUp(deadlineReached), ms);
    const onAbort = () => giveUp(stopped);
    outer?.addEventListener('abort', onAbort, { once: true });
    try {
      if (outer?.aborted) onAbort();
      return await response;
    } finally {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onAbort);
    }
  }
}

/** Ours are added where the request is sent. */
const noHeaders = new Headers();

/** A key as it goes into a header. Throws `usage`, without showing it, where it cannot. */
function sendableKey(key: string | null, baseUrl: string): string | null {
  const trimmed = key?.trim() ?? null;
  if (trimmed === null || /^[!-~]+$/.test(trimmed)) return trimmed;
  throw new EntenteError(
    'usage',
    `the key for ${baseUrl} is blank or holds what no key does, such as a line break; copy it again.`,
  );
}
