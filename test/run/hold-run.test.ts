/** Two players of one run: the second is refused while the first is at work, and takes over once it is gone or silent. */
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EntenteError } from '../../src/errors.js';
import { holdRun } from '../../src/run/hold-run.js';
import { openStore } from '../../src/store/index.js';
import { emptyFolder } from '../support/cli.js';
import { startProcess } from '../support/other-process.js';
import { storeEndings } from '../support/stored-runs.js';

const unexpected = (error: EntenteError) => {
  throw error;
};

function aRun() {
  const { path, store, run } = storeEndings(join(emptyFolder(), 'held.db'), [[null]]);
  return { store, other: openStore(path, { mode: 'write' }), runId: run.runId };
}

test('a second player is refused while the first raises its counter, by the name of the process', async () => {
  const { store, other, runId } = aRun();
  const letGo = await holdRun(store, runId, { onLost: unexpected, beatMs: 5 });
  const refused = await holdRun(other, runId, { onLost: unexpected, beatMs: 40 }).catch((error) => error);
  expect(refused).toMatchObject({ code: 'storage' });
  expect(refused.message).toContain(`being played by process ${process.pid} on ${hostname()}`);
  letGo();
  (await holdRun(other, runId, { onLost: unexpected }))();
});

test('a run that was let go is taken at once', async () => {
  const { store, other, runId } = aRun();
  (await holdRun(store, runId, { onLost: unexpected }))();
  const letGo = await holdRun(other, runId, { onLost: unexpected, beatMs: 3_600_000 });
  expect(other.holderOf(runId)).toMatchObject({ fence: 2 });
  letGo();
  expect(other.holderOf(runId)).toMatchObject({ holder: null });
});

test('a holder whose process is no more is succeeded at once', async () => {
  const { store, runId } = aRun();
  const child = await startProcess('console.log(1)', '');
  if (child.exitCode === null) await once(child, 'exit');
  store.takeRun(runId, `${hostname()}:${child.pid}`, 0);
  (await holdRun(store, runId, { onLost: unexpected, beatMs: 3_600_000 }))();
  expect(store.holderOf(runId).fence).toBe(2);
});

test('a holder that stays silent is succeeded, and learns of it at its next beat', async () => {
  const { store, other, runId } = aRun();
  let lost: EntenteError | null = null;
  let learnt = () => {};
  const known = new Promise<void>((resolve) => {
    learnt = resolve;
  });
  const onLost = (error: EntenteError) => {
    lost = error;
    learnt();
  };
  await holdRun(store, runId, { onLost, beatMs: 400 });
  const letGo = await holdRun(other, runId, { onLost: unexpected, beatMs: 1 });
  await known;
  expect(lost).toMatchObject({ code: 'storage' });
  letGo();
});

test('a wait for a silent holder ends with the signal', async () => {
  const { store, other, runId } = aRun();
  store.takeRun(runId, 'elsewhere:1', 0);
  const stopping = AbortSignal.abort();
  const stopped = await holdRun(other, runId, { onLost: unexpected, stopping, beatMs: 3_600_000 }).catch((e) => e);
  expect(stopped).toBeInstanceOf(EntenteError);
  expect(stopped.code).toBe('interrupted');
});
