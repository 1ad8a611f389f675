/** A run has one holder at a time: whoever was superseded finds every write refused by the database. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EpisodeResult } from '../../src/domain/index.js';
import { openStore } from '../../src/store/index.js';
import { emptyFolder } from '../support/cli.js';
import { spokenCall, storeEndings } from '../support/stored-runs.js';
import { rejectionOf } from '../support/untouched.js';

const graded: EpisodeResult = {
  ...{ status: 'done', outcome: 'agreed', rounds: 1, completion: null, ca: null, reward: 1, failure: null },
};

function twoHolders() {
  const { path, store: first, run } = storeEndings(join(emptyFolder(), 'held.db'), [[null, null]]);
  const second = openStore(path, { mode: 'write' });
  return { first, second, runId: run.runId, episodeId: `${run.runId}-1` };
}

test('a run is taken by the one that saw its latest fence, and by nobody else', () => {
  const { first, second, runId } = twoHolders();
  expect(first.holderOf(runId)).toEqual({ holder: null, fence: 0, beat: 0 });
  expect(first.takeRun(runId, 'a:1', 0)).toBe(true);
  expect(second.takeRun(runId, 'b:2', 0)).toBe(false);
  first.beatRun(runId);
  expect(second.holderOf(runId)).toEqual({ holder: 'a:1', fence: 1, beat: 1 });
  expect(second.takeRun(runId, 'b:2', 1)).toBe(true);
  expect(first.takeRun(runId, 'a:1', 1)).toBe(false);
});

test('every write of a superseded holder is refused, and the new holder’s are not', async () => {
  const { first, second, runId, episodeId } = twoHolders();
  first.takeRun(runId, 'a:1', 0);
  await first.journal(episodeId).record(spokenCall(0, null));
  second.takeRun(runId, 'b:2', 1);
  const { reply: _reply, verdict: _verdict, ...about } = spokenCall(2, null);
  const writes = {
    call: () => first.journal(episodeId).record(spokenCall(1, null)),
    'a call that is there already': () => first.journal(episodeId).record(spokenCall(0, null)),
    'failed call': () => first.journal(episodeId).recordFailure({ ...about, code: 'x', message: 'y', attempts: [] }),
    start: () => first.startEpisode(episodeId),
    finish: () => first.finishEpisode(episodeId, graded),
    reopen: () => first.finishEpisode(episodeId, { ...graded, status: 'failed' }),
    status: () => first.setRunStatus(runId, 'done'),
    beat: () => first.beatRun(runId),
  };
  for (const [name, write] of Object.entries(writes)) {
    const complaint = await rejectionOf((async () => write())());
    expect(complaint.message, name).toMatch(/another process has taken this run over/);
  }
  first.leaveRun(runId);
  expect(second.holderOf(runId)).toMatchObject({ holder: 'b:2', fence: 2 });
  await second.journal(episodeId).record(spokenCall(1, null));
  await second.finishEpisode(episodeId, graded);
  expect(second.turns(episodeId)).toHaveLength(2);
});

test('another run in the same database is nobody else’s business', async () => {
  const { path, store, run } = storeEndings(join(emptyFolder(), 'two.db'), [[null]], 'one');
  storeEndings(path, [[null]], 'two').store.close();
  store.takeRun(run.runId, 'a:1', 0);
  const second = openStore(path, { mode: 'write' });
  second.takeRun('two-id', 'b:2', 0);
  await second.journal('two-id-1').record(spokenCall(0, null));
  await store.journal('one-id-1').record(spokenCall(0, null));
  const complaint = await rejectionOf(second.journal('one-id-1').record(spokenCall(1, null)));
  expect(complaint.message).toMatch(/taken this run over/);
});
