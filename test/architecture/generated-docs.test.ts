import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

test('docs/config.md, its JSON Schema and the picture of the machine are what the sources say', async () => {
  if (!existsSync(`${root}dist/index.js`)) throw new Error('dist/ is missing; run `npm run build` first.');
  const [code, complaints] = await new Promise<[number, string]>((resolve) => {
    execFile(process.execPath, ['scripts/write-docs.js', '--check'], { cwd: root }, (error, _stdout, stderr) => {
      resolve([error === null ? 0 : Number(error.code), stderr]);
    });
  });
  expect(complaints).toBe('');
  expect(code).toBe(0);
});
