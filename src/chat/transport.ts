/**
 * A `fetch` for the OpenAI SDK over one undici pool per server: half the CPU of the default, no redirects followed (a
 * redirect could carry a key elsewhere), and the whole body read before it returns, so that the caller's deadline
 * covers slow bodies too. A key that the server repeats is taken out of what it says.
 */
import { Pool } from 'undici';

/** What of a request the SDK needs sent; header names in lower case. */
export interface Sent {
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string | null;
  signal: AbortSignal;
}

export interface Transport {
  /** The whole answer, as far as the SDK looks at one. Rejects where the connection breaks, or with the signal's reason. */
  fetch(url: string, sent: Sent): Promise<Response>;
  close(): Promise<void>;
}

/** At most `connections` sockets to each origin. */
export function createTransport(connections: number): Transport {
  const pools = new Map<string, Pool>();

  function poolFor(origin: string): Pool {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    // Undici's own timeouts are off: the one deadline is the caller's signal.
    const pool = new Pool(origin, { connections, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 10_000 } });
    pools.set(origin, pool);
    return pool;
  }

  const fetch: Transport['fetch'] = async (address, sent) => {
    const url = new URL(address);
    const withoutKey = keyRemover(sent.headers['authorization']);
    const { statusCode, headers, body } = await poolFor(url.origin).request({
      path: url.pathname + url.search,
      method: sent.method.toUpperCase() as 'GET' | 'POST',
      headers: sent.headers,
      body: sent.body ?? null,
      signal: sent.signal,
    });
    const said = withoutKey(await body.text());
    const text = statusCode < 400 ? said : underError(said);
    const received = Object.entries(headers).map(([name, value]): [string, string] => [
      name,
      withoutKey(String(value)),
    ]);
    return answer(statusCode, new Map(received), text);
  };

  return { fetch, close: async () => void (await Promise.all([...pools.values()].map((pool) => pool.destroy()))) };
}

/** Of a Response what the SDK uses, at a tenth of its cost. */
function answer(status: number, headers: Map<string, string>, text: string): Response {
  const used = {
    status,
    ok: status >= 200 && status < 300,
    headers,
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
