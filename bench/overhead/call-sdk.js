/** The same calls through the OpenAI SDK as it comes: `chat.completions.create` over its default fetch. */
import { readFileSync } from 'node:fs';
import OpenAI from 'openai';

const [url = '', inFlight = '1', calls = '1', file = ''] = process.argv.slice(2);
const bodies = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const client = new OpenAI({ baseURL: url, apiKey: 'none', maxRetries: 0 });
let left = Number(calls);

async function work() {
  while (left-- > 0) await client.chat.completions.create(bodies[left % bodies.length]);
}

await Promise.all(Array.from({ length: Number(inFlight) }, work));
process.exit();
