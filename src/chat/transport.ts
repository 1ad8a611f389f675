/**
 * A `fetch` for the OpenAI SDK over one undici pool per server: half the CPU of the default, no redirects followed (a
 * redirect could carry a key elsewhere), and the whole body read before it returns, so that the caller's deadline
 * covers slow bodies too.
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
    const { statusCode, headers, body } = await poolFor(url.origin).request({
      path: url.pathname + url.search,
      method: (init.method ?? 'GET') as 'GET' | 'POST',
      headers: Object.fromEntries(new Headers(init.headers)),
      body: (init.body as string | null | undefined) ?? null,
      signal: init.signal ?? null,
    });
    const text = await body.text();
    const bodyless = statusCode === 204 || statusCode === 304;
    return new Response(bodyless ? null : text, {
      status: statusCode,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    });
  };

  return { fetch, close: async () => void (await Promise.all([...pools.values()].map((pool) => pool.destroy()))) };
}
