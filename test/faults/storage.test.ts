/** A disk that fills up under a run, and databases that cannot be used: one sentence, exit code 4, the file as it was. */
import { execFile } from 'node:child_process';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { type Ending, emptyFolder, entente, mainPath } from '../support/cli.js';
import { startProcess } from '../support/other-process.js';
import { fingerprintsOf } from '../support/untouched.js';

const fullDisk = fileURLToPath(new URL('support/full-disk.js', import.meta.url));
const args = ['--groups', '2', '--group-size', '4', '--max-rounds', '3', '--concurrency', '4', '--name', 'r'];

function dialogues(cwd: string): unknown[] {
  const database = new Database(join(cwd, 'runs/entente.db'), { readonly: true });
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    return database
      .prepare(
        'SELECT number, turn_index, content, reward FROM v_turns JOIN v_episodes USING (episode_id) ORDER BY 1, 2',
      )
      .all();
  } finally {
    database.close();
  }
}

/** No file that the command writes may grow beyond so many kibibytes: any write that would, fails. */
function withFilesUpTo(kibibytes: number, cwd: string): Promise<Ending> {
  const shell = ['-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash', process.execPath, mainPath, 'run', ...args];
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: cwd };
    execFile('bash', shell, { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

describe('a run whose disk fills up says so with exit code 4, keeps what it had, and is resumed once there is room', () => {
  test.each<{ disk: string; run: (cwd: string) => Promise<Ending> }>([
    {
      disk: 'room for 90 pages',
      run: (cwd) => entente(['run', ...args], { cwd, env: { NODE_OPTIONS: `--import ${fullDisk}`, ROOM: '90' } }),
    },
    { disk: 'files of 600 KiB at most', run: (cwd) => withFilesUpTo(600, cwd) },
  ])('$disk', async ({ run }) => {
    const [cwd, whole] = [emptyFolder(), emptyFolder()];
    const { code, stderr } = await run(cwd);
    expect(stderr).toMatch(/make room/);
    expect(stderr).toMatch(/entente resume/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(4);
    const before = dialogues(cwd).length;
    expect(before).toBeGreaterThan(0);
    expect((await entente(['resume'], { cwd })).code).toBe(0);
    expect((await entente(['run', ...args], { cwd: whole })).code).toBe(0);
    expect(dialogues(cwd)).toEqual(dialogues(whole));
    expect(dialogues(cwd).length).toBeGreaterThan(before);
  });
});

const holdExclusively = `
  import Database from 'better-sqlite3';
  const database = new Database(process.argv[1]);
  database.exec('BEGIN EXCLUSIVE');
  console.log('held');
  setInterval(() => {}, 1000);
`;

/** Each spoils a database that holds a run. */
const spoilers: { what: string; spoil: (path: string) => unknown; says: RegExp }[] = [
  {
    what: 'garbage',
    spoil: (path) => writeFileSync(path, Buffer.alloc(20_000, 'noise ')),
    says: /damaged or no database/,
  },
  {
    what: 'truncated',
    spoil: (path) => truncateSync(path, statSync(path).size - 4096),
    says: /damaged or no database/,
  },
  { what: 'newer', spoil: (path) => alter(path, 'PRAGMA user_version = 99'), says: /newer entente.*update entente/ },
  { what: 'of another program', spoil: (path) => alter(path, 'PRAGMA application_id = 1'), says: /another program/ },
  {
    what: 'locked by another process',
    spoil: (path) => startProcess(holdExclusively, path),
    says: /another process holds/,
  },
];

function alter(path: string, statement: string): void {
  const database = new Database(path);
  database.exec(statement);
  database.close();
}

describe('a database that cannot be used ends a command in one line and exit code 4, and stays as it is', () => {
  test.each(spoilers)('$what', async ({ spoil, says }) => {
    const cwd = emptyFolder();
    await entente(['run', '--groups', '1', '--group-size', '1', '--max-rounds', '1'], { cwd });
    const path = join(cwd, 'runs/entente.db');
    await spoil(path);
    const before = fingerprintsOf(path);
    const { code, stdout, stderr } = await entente(['run', ...args, '--db', path], { cwd });
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(says);
    expect(code).toBe(4);
    expect(fingerprintsOf(path)).toEqual(before);
    expect(readFileSync(path).length).toBeGreaterThan(0);
  });
});
