/**
 * A `fetch` for the OpenAI SDK over one undici pool per server: half the CPU of the default, no redirects followed (a
 * redirect could carry a key elsewhere), and the whole body read before it returns, so that the caller's deadline
 * covers slow bodies too. A key that the server repeats is taken out of what it says.
 */
import { type Dispatcher, Pool } from 'undici';
import { maxBodyBytes, readText } from './body.js';
import { type Answer, exchange } from './exchange.js';

/** What of a request the SDK needs sent; header names in lower case. */
export interface Sent {
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
}

export interface Sending {
  /** The whole answer, as far as the SDK looks at one. Rejects where the connection breaks. */
  response: Promise<Response>;
  /** `response` then rejects with the reason. */
  giveUp(reason: Error): void;
}

export interface Transport {
  send(url: string, sent: Sent): Sending;
  close(): Promise<void>;
}

/** At most `connections` sockets to each origin. */
export function createTransport(connections: number): Transport {
  const pools = new Map<string, Pool>();

  function poolFor(origin: string): Pool {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    // Undici's own timeouts are off: the one deadline is the caller's signal.
    const pool = new Pool(origin, {
      connections,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: 10_000 },
      maxResponseSize: maxBodyBytes,
    });
    pools.set(origin, pool);
    return pool;
  }

  function send(address: string, { method, headers, body }: Sent): Sending {
    const { origin, pathname, search } = new URL(address);
    const options = { path: pathname + search, method: method.toUpperCase(), headers, body };
    const { answer, giveUp } = exchange(poolFor(origin), options as Dispatcher.DispatchOptions);
    const withoutKey = keyRemover(headers['authorization']);
    const response = answer.then((received) => {
      const text = readText(received.body, received.headers['content-encoding']);
      return typeof text === 'string'
        ? responseOf(received, text, withoutKey)
        : text.then((decoded) => responseOf(received, decoded, withoutKey));
    });
    return { response, giveUp };
  }

  return { send, close: async () => void (await Promise.all([...pools.values()].map((pool) => pool.destroy()))) };
}

/** Of a Response what the SDK uses, at a tenth of its cost. */
function responseOf({ status, headers }: Answer, body: string, withoutKey: (text: string) => string): Response {
  const said = withoutKey(body);
  const text = status < 400 ? said : underError(said);
  const shown = Object.entries(headers).map(([name, value]): [string, string] => [name, withoutKey(String(value))]);
  // The SDK would hand on the text of good JSON that a server calls something else.
  if (/^\s*\{/.test(text)) shown.push(['content-type', 'application/json']);
  const used = {
    status,
    ok: status >= 200 && status < 300,
    headers: new Map(shown),
    text: async () => text,
    json: async () => JSON.parse(text) as unknown,
  };
  return used as unknown as Response;
}

/** Shorter keys are placeholders such as EMPTY: no secrets, but words that a reply may hold. */
const shortestSecret = 16;

/** What a server says ends up in messages, database and exports; a key must not. */
function keyRemover(authorization: string | undefined): (text: string) => string {
  const key = authorization?.replace(/^Bearer /, '') ?? '';
  return key.length < shortestSecret ? (text) => text : (text) => text.replaceAll(key, '[key]');
}

/** The SDK reads `{"error": …}` and drops all else; SGLang, FastAPI and others put what went wrong at the top. */
function underError(text: string): string {
  try {
    const body = JSON.parse(text) as { error?: unknown } | null;
    return body?.error == null ? JSON.stringify({ error: body }) : text;
  } catch {
    return text;
  }
}
