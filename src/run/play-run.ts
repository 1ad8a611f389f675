/** Plays every unfinished episode of a run, so many at a time. A bad episode is recorded and the run goes on. */
import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import type { EpisodeResult, RunConfig } from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import type { PlannedEpisode, RunRecord, Store } from '../store/index.js';
import { episodeSeed } from './plan.js';
import { playEpisode, type Table } from './play-episode.js';

/** Told what happens while it happens. */
export interface RunObserver {
  episodeStarted?(episode: PlannedEpisode): void;
  episodeFinished?(episode: PlannedEpisode, result: EpisodeResult): void;
}

export interface PlayRunOptions {
  store: Store;
  run: Pick<RunRecord, 'runId' | 'config'>;
  table: Table;
  observer?: RunObserver;
  /** Aborted: what is in flight is finished and kept, nothing new starts. */
  stopping?: AbortSignal;
  /** Aborted: what is in flight is given up. */
  aborted?: AbortSignal;
}

/**
 * Resolves when every episode is done or failed. Throws `interrupted`, `budget` or `storage` where the run had to stop;
 * everything finished is kept, and playing the run again goes on from there.
 */
export async function playRun({ store, run, table, observer = {}, stopping, aborted }: PlayRunOptions): Promise<void> {
  const { runId, config } = run;
  const halt = new AbortController();
  let stopped: EntenteError | null = null;
  const stop = (reason: EntenteError) => {
    stopped ??= reason;
    halt.abort();
  };
  const onStopping = () => halt.abort();
  stopping?.addEventListener('abort', onStopping, { once: true });
  if (stopping?.aborted) halt.abort();

  async function play(planned: PlannedEpisode): Promise<void> {
    if (halt.signal.aborted) return;
    try {
      store.startEpisode(planned.episodeId);
      observer.episodeStarted?.(planned);
      const result = await playEpisode(table, {
        scenario: planned.scenario,
        seed: seedOf(planned, config),
        journal: store.journal(planned.episodeId),
        stopping: halt.signal,
        ...(aborted === undefined ? {} : { aborted }),
      });
      store.finishEpisode(planned.episodeId, result);
      observer.episodeFinished?.(planned, result);
    } catch (error) {
      stop(toEntenteError(error));
    }
  }

  // One listener for each call in flight is no leak.
  if (aborted !== undefined) setMaxListeners(0, aborted);
  store.setRunStatus(runId, 'running');
  const queue = new PQueue({ concurrency: config.concurrency });
  try {
    await queue.addAll(store.unfinishedEpisodes(runId).map((planned) => () => play(planned)));
  } finally {
    stopping?.removeEventListener('abort', onStopping);
  }
  if (stopped !== null || stopping?.aborted) {
    store.setRunStatus(runId, 'pending');
    throw stopped ?? new EntenteError('interrupted', 'the run was stopped.');
  }
  store.setRunStatus(runId, 'done');
}

function seedOf({ groupOrdinal, sampleIndex }: PlannedEpisode, { seed }: RunConfig): number {
  return episodeSeed(seed, groupOrdinal, sampleIndex);
}
