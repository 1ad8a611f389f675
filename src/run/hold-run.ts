/**
 * Holds a run for this process while it is played. A run has one player at a time: a second is refused, and one that was
 * taken for dead and comes back finds its writes refused. Nothing here reads a clock: whoever holds a run raises a
 * counter, and a challenger that sees it stand still long enough takes the run over.
 */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { EntenteError, toEntenteError } from '../errors.js';
import type { Store } from '../store/index.js';

export interface HoldOptions {
  /** Told once another process has taken the run, or the database fails. */
  onLost: (error: EntenteError) => void;
  /** Aborted: the wait for a silent holder is given up. */
  stopping?: AbortSignal;
  /** How often the counter is raised, in milliseconds. */
  beatMs?: number;
}

/** A holder is given up after so many beats without a sign of life. */
const patience = 5;

/** Returns what lets the run go. Throws `storage` where another process is at work on it, `interrupted` on a stop. */
export async function holdRun(store: Store, runId: string, options: HoldOptions): Promise<() => void> {
  const { onLost, beatMs = 1000 } = options;
  const before = store.holderOf(runId);
  if (before.holder !== null && !isGone(before.holder)) await waitForSilence(store, runId, options);
  if (!store.takeRun(runId, `${hostname()}:${process.pid}`, before.fence)) throw inUse(store, runId);
  const timer = setInterval(() => {
    try {
      store.beatRun(runId);
    } catch (error) {
      clearInterval(timer);
      onLost(toEntenteError(error));
    }
  }, beatMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    store.leaveRun(runId);
  };
}

/** Throws as soon as the holder shows that it is at work. */
async function waitForSilence(store: Store, runId: string, { stopping, beatMs = 1000 }: HoldOptions): Promise<void> {
  const before = store.holderOf(runId);
  for (let waited = 0; waited < patience; waited++) {
    try {
      await delay(beatMs, undefined, stopping === undefined ? {} : { signal: stopping });
    } catch (cause) {
      throw new EntenteError('interrupted', 'stopped while waiting for another process to let go of the run', {
        cause,
      });
    }
    const now = store.holderOf(runId);
    if (now.holder === null) return;
    if (now.beat !== before.beat || now.fence !== before.fence) throw inUse(store, runId);
  }
}

function inUse(store: Store, runId: string): EntenteError {
  const { holder } = store.holderOf(runId);
  const who =
    holder === null ? 'another process' : `process ${holder.replace(/^.*:/, '')} on ${holder.replace(/:\d+$/, '')}`;
  return new EntenteError(
    'storage',
    `${store.path}: this run is being played by ${who}; wait for it to end, or stop it and \`entente resume\`.`,
  );
}

/** True where the process that held the run was on this machine and is no more. */
function isGone(holder: string): boolean {
  const pid = Number(holder.replace(/^.*:/, ''));
  if (holder !== `${hostname()}:${pid}`) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
