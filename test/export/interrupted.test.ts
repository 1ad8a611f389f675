import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, startEntente } from '../support/cli.js';
import { storeSpoken } from '../support/exports.js';
import { traceOf } from '../support/stored-runs.js';

/** Sends the signal to its own process while the 40th reward is worked out, when the file has long been opened. */
const moduleThatSends = (signal: string) => `let calls = 0;
export default ({ reward }) => {
  if (++calls === 40) process.kill(process.pid, '${signal}');
  return reward;
};
`;

/** Exports from the database in the folder; the signal hits in the middle. */
async function interrupted(folder: string, signal: 'SIGINT' | 'SIGTERM', out: string) {
  const module = `${out}.mjs`;
  writeFileSync(join(folder, module), moduleThatSends(signal));
  const args = ['export', 'stored', '--db', 'runs.db', '--out', out, '--reward-module', module];
  const child = startEntente(args, { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { out, code, stderr };
}

test('a signal in the middle of an export ends it with 130, and leaves no file', async () => {
  const folder = emptyFolder();
  const prompt = Array.from({ length: 1500 }, (_, index) => index * 97);
  const episodes = [1, 2, 3, 4].map((reward) => ({ ending: { reward }, turns: [traceOf(prompt, [3, 4], [-1, -2])] }));
  storeSpoken(
    folder,
    Array.from({ length: 20 }, () => episodes),
  ).store.close();
  const endings = await Promise.all([
    interrupted(folder, 'SIGTERM', 'one.jsonl'),
    interrupted(folder, 'SIGINT', 'two.jsonl.gz'),
    interrupted(folder, 'SIGTERM', 'three.parquet'),
  ]);
  for (const { out, code, stderr } of endings)
    expect([code, stderr]).toEqual([130, `entente: ${out}: stopped. Nothing was written.\n`]);
  expect(readdirSync(folder).filter((name) => !name.endsWith('.mjs') && !name.startsWith('runs.db'))).toEqual([]);
});
