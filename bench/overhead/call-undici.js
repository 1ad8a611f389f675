/**
 * The least a call can cost: the bodies of a run, sent with undici's Pool.request, the text of the reply read and dropped.
 * With `json` as the last argument also what no client of such a server is spared: the body made, the reply parsed.
 */
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

const [url = '', inFlight = '1', calls = '1', file = '', kind = 'text'] = process.argv.slice(2);
const texts = readFileSync(file, 'utf8').trimEnd().split('\n');
const objects = texts.map((text) => JSON.parse(text));
const { origin, pathname: path } = new URL(`${url}/chat/completions`);
const pool = new Pool(origin, { connections: Number(inFlight), headersTimeout: 0, bodyTimeout: 0 });
const headers = { 'content-type': 'application/json' };
let left = Number(calls);

/** @param {number} number */
async function call(number) {
  const which = number % texts.length;
  const sent = kind === 'json' ? JSON.stringify(objects[which]) : (texts[which] ?? '');
  const { body } = await pool.request({ path, method: 'POST', headers, body: sent });
  await (kind === 'json' ? body.json() : body.text());
}

async function work() {
  while (left-- > 0) await call(left);
}

await Promise.all(Array.from({ length: Number(inFlight) }, work));
await pool.close();
