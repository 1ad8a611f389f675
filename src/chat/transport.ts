/**
 * A `fetch` for the OpenAI SDK over one undici pool per server: half the CPU of the default, no redirects followed (a
 * redirect could carry a key elsewhere), and the whole body read before it returns, so that the caller's deadline
 * covers slow bodies too. A key that the server repeats is taken out of what it says.
 */
import { Pool } from 'undici';

export type Fetch = typeof globalThis.fetch;

export interface Transport {
  fetch: Fetch;
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

  const fetch: Fetch = async (input, init = {}) => {
    const url = new URL(String(input));
    const sent = new Headers(init.headers);
    const withoutKey = keyRemover(sent.get('authorization'));
    const { statusCode, headers, body } = await poolFor(url.origin).request({
      path: url.pathname + url.search,
      method: (init.method ?? 'GET') as 'GET' | 'POST',
      headers: Object.fromEntries(sent),
      body: (init.body as string | null | undefined) ?? null,
      signal: init.signal ?? null,
    });
    const said = withoutKey(await body.text());
    const text = statusCode < 400 ? said : underError(said);
    const bodyless = statusCode === 204 || statusCode === 304;
    return new Response(bodyless ? null : text, {
      status: statusCode,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, withoutKey(String(value))]),
    });
  };

  return { fetch, close: async () => void (await Promise.all([...pools.values()].map((pool) => pool.destroy()))) };
}

/** Shorter keys are placeholders such as EMPTY: no secrets, but words that a reply may hold. */
const shortestSecret = 16;

/** What a server says ends up in messages, database and exports; a key must not. */
function keyRemover(authorization: string | null): (text: string) => string {
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
