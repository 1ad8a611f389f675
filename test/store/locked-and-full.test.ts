import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/index.js';
import { GroupCommit } from '../../src/store/group-commit.js';
import { openStore } from '../../src/store/index.js';
import { createJournals } from '../../src/store/journal.js';
import { openDatabase } from '../../src/store/open.js';
import { emptyFolder } from '../support/cli.js';
import { killProcess, startProcess } from '../support/other-process.js';
import { spokenCall, storeEndings, traceOf } from '../support/stored-runs.js';
import { complaintOf, fingerprintsOf, rejectionOf } from '../support/untouched.js';

/** Takes the database for itself, says so, and holds it until it is killed. */
const holdExclusively = `
  import Database from 'better-sqlite3';
  const database = new Database(process.argv[1]);
  database.exec('BEGIN EXCLUSIVE');
  console.log('held');
  setInterval(() => {}, 1000);
`;

describe('while another process holds the database exclusively', () => {
  test('opening to write is refused after the time given, the file stays as it is, and the end of the other frees it', async () => {
    const path = join(emptyFolder(), 'runs.db');
    storeEndings(path, [[{ reward: 1 }]], 'first').store.close();
    const holder = await startProcess(holdExclusively, path);
    const before = fingerprintsOf(path);
    const started = performance.now();
    const complaint = complaintOf(() => openStore(path, { mode: 'write', busyMs: 60 }));
    const waited = performance.now() - started;
    expect(waited).toBeGreaterThanOrEqual(50);
    expect(waited).toBeLessThan(3000);
    expect(complaint.code).toBe('storage');
    expect(complaint.message).toBe(
      `${path}: another process holds the database; wait for it to end, or use another --db.`,
    );
    expect(fingerprintsOf(path)).toEqual(before);
    await killProcess(holder);
    const store = openStore(path, { mode: 'write', busyMs: 60 });
    expect(store.runs().map(({ name }) => name)).toEqual(['first']);
    store.close();
  });

  test('a store that is open already says so when it has to write, and goes on once the other has ended', async () => {
    const path = join(emptyFolder(), 'runs.db');
    const { store: early, run } = storeEndings(path, [[{ reward: 1 }]]);
    early.close();
    const store = openStore(path, { mode: 'write', busyMs: 20 });
    const holder = await startProcess(holdExclusively, path);
    const complaint = complaintOf(() => store.setRunStatus(run.runId, 'failed'));
    expect(complaint).toMatchObject({ code: 'storage', message: expect.stringContaining(`${path}: another process`) });
    expect(store.runs().map(({ status }) => status)).toEqual(['pending']);
    await killProcess(holder);
    store.setRunStatus(run.runId, 'failed');
    expect(store.runs().map(({ status }) => status)).toEqual(['failed']);
    store.close();
  });

  test('reading goes on: a report works while a run is writing', async () => {
    const path = join(emptyFolder(), 'runs.db');
    storeEndings(path, [[{ reward: 1 }]], 'first').store.close();
    await startProcess(holdExclusively, path);
    const store = openStore(path, { mode: 'read', busyMs: 20 });
    expect(store.runs().map(({ name }) => name)).toEqual(['first']);
    store.close();
  });
});

describe('when the disk is full', () => {
  test('recording a call says so, keeps every call before it, and goes on once there is room', async () => {
    const path = join(emptyFolder(), 'runs.db');
    const { store: early, run } = storeEndings(path, [[null]]);
    const episode = early.unfinishedEpisodes(run.runId)[0]?.episodeId ?? '';
    early.close();
    const database = openDatabase(path, { mode: 'write' });
    const journal = createJournals(database, () => new Date(0), new GroupCommit(database))(episode);
    const random = seededRandom(3);
    const ids = Array.from({ length: 2000 }, () => Math.floor(random() * 50_000));
    const call = (turn: number) => spokenCall(turn, traceOf(ids, ids, null));
    const pages = database.pragma('page_count', { simple: true }) as number;
    // The limit of one connection stands in for a disk with room for some calls.
    database.pragma(`max_page_count = ${pages + 12}`);
    let turn = 0;
    const complaint = await rejectionOf(
      (async () => {
        for (; turn < 50; turn++) await journal.record(call(turn));
      })(),
    );
    expect(complaint.code).toBe('storage');
    expect(complaint.message).toBe(`${path}: the disk is full; make room, then \`entente resume\`.`);
    expect(turn).toBeGreaterThan(0);
    expect(journal.recall(call(turn - 1).key)).toEqual(call(turn - 1));
    expect(journal.recall(call(turn).key)).toBeNull();
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.pragma('max_page_count = 1000000');
    await journal.record(call(turn));
    database.close();
    const store = openStore(path, { mode: 'read' });
    expect(store.turns(episode).map(({ turn_index }) => turn_index)).toEqual(
      Array.from({ length: turn + 1 }, (_, n) => n),
    );
    store.close();
  });
});
