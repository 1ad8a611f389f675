import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { startMockServer } from '../../src/chat/index.js';
import { emptyFolder, entente } from '../support/cli.js';

test('what entente mock serves without ids is marked as rehearsed too, in the database and in exports', async () => {
  const server = await startMockServer({ port: 0, style: 'hosted' });
  onTestFinished(() => server.close());
  const cwd = emptyFolder();
  const model = `any-name@${server.url}`;
  const roles = ['--policy', model, '--opponent', model, '--judge', model, '--scorer', model];
  expect((await entente(['run', ...roles, '--groups', '1', '--group-size', '2', '--name', 'm'], { cwd })).code).toBe(0);
  const database = new Database(join(cwd, 'runs/entente.db'), { readonly: true });
  onTestFinished(() => void database.close());
  const sources = database.prepare('SELECT DISTINCT token_source, reply_ids IS NULL AS bare FROM v_turns').all();
  expect(sources).toEqual([{ token_source: 'rehearsal', bare: 1 }]);
  const { code, stderr } = await entente(['export', 'm', '--format', 'sft', '--out', 'm.jsonl'], { cwd });
  expect([code, stderr]).toEqual([0, expect.stringContaining('rehearsed')]);
  expect(JSON.parse(readFileSync(join(cwd, 'm.jsonl.manifest.json'), 'utf8'))).toMatchObject({ rehearsal: true });
});
