import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyFolder, entente, startEntente } from '../support/cli.js';
import { storeEndings } from '../support/stored-runs.js';

function databaseIn(cwd: string): string {
  storeEndings(join(cwd, 'runs.db'), [[{ reward: 1, completion: null }]]).store.close();
  return 'runs.db';
}

test('view prints its address, serves it, and ends well on Ctrl-C', async () => {
  const cwd = emptyFolder();
  const child = startEntente(['view', '--db', databaseIn(cwd), '--port', '0'], { cwd });
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  expect(printed.toString()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
  const answer = (await (await fetch(`${printed.toString().trim()}api/runs`)).json()) as { runs: { name: string }[] };
  expect(answer.runs.map(({ name }) => name)).toEqual(['stored']);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('what cannot be served is one line', async () => {
  const cwd = emptyFolder();
  const db = databaseIn(cwd);
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const busy = String((taken.address() as AddressInfo).port);
  const cases: [string[], number, RegExp][] = [
    [['--db', db, '--port', busy], 2, /^entente: port \d+ is in use; .*\n$/],
    [['--db', 'none.db'], 4, /^entente: none\.db: no such database; .*\n$/],
    [['--db', db, '--port', '99999'], 2, /^entente: --port: "99999" is not a port .*\n$/],
    [['--db', db, '--host', '0.0.0.0'], 2, /^entente: 0\.0\.0\.0 can be reached by others: .*\n$/],
  ];
  const endings = await Promise.all(cases.map(([args]) => entente(['view', ...args], { cwd })));
  for (const [index, { code, stdout, stderr }] of endings.entries()) {
    expect([code, stdout]).toEqual([cases[index]?.[1], '']);
    expect(stderr).toMatch(cases[index]?.[2] ?? /^$/);
  }
});

test('replay writes an episode as one page, in which a text is a text', async () => {
  const cwd = emptyFolder();
  const hostile = '<script>alert(1)</script>';
  const { store } = storeEndings(join(cwd, 'runs.db'), [
    [{ status: 'failed', outcome: null, completion: null, failure: { code: 'refused', message: hostile } }],
  ]);
  store.close();
  const { code, stderr } = await entente(['replay', 'stored/1', '--db', 'runs.db', '--html', 'page.html'], { cwd });
  expect([code, stderr]).toEqual([0, 'wrote page.html\n']);
  const page = readFileSync(join(cwd, 'page.html'), 'utf8');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toMatch(/<script|<link|src=|https?:/);
  writeFileSync(join(cwd, 'file'), '');
  const refused = await entente(['replay', 'stored/1', '--db', 'runs.db', '--html', 'file/page.html'], { cwd });
  expect([refused.code, refused.stderr]).toEqual([2, 'entente: file/page.html: cannot be written (ENOTDIR).\n']);
});
