/** The least a call can cost: the bodies of a run, sent with undici's Pool.request, the text of the reply read and dropped. */
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

const [url = '', inFlight = '1', calls = '1', file = ''] = process.argv.slice(2);
const bodies = readFileSync(file, 'utf8').trimEnd().split('\n');
const { origin, pathname } = new URL(`${url}/chat/completions`);
const pool = new Pool(origin, { connections: Number(inFlight), headersTimeout: 0, bodyTimeout: 0 });
const headers = { 'content-type': 'application/json' };
let left = Number(calls);

async function work() {
  while (left-- > 0) {
    const { body } = await pool.request({
      path: pathname,
      method: 'POST',
      headers,
      body: bodies[left % bodies.length] ?? '',
    });
    await body.text();
  }
}

await Promise.all(Array.from({ length: Number(inFlight) }, work));
await pool.close();
