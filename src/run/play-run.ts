/** Plays every unfinished episode of a run, so many at a time. A bad episode is recorded and the run goes on. */
import { setMaxListeners } from 'node:events';
import type { EpisodeResult, RunConfig, SideWeights } from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import type { PlannedEpisode, RunRecord, Store } from '../store/index.js';
import { isStop } from './call-once.js';
import { failureLimit } from './failure-limit.js';
import { createWeightFixer } from './fix-weights.js';
import { holdRun } from './hold-run.js';
import { episodeSeed } from './plan.js';
import { playEpisode, type Table } from './play-episode.js';

/** Told what happens while it happens. */
export interface RunObserver {
  episodeStarted?(episode: PlannedEpisode): void;
  episodeFinished?(episode: PlannedEpisode, result: EpisodeResult): void;
}

/** Decides while a run is played which episodes are still wanted. Those that are not stay pending in a run that is done. */
export interface StopRule {
  /** Asked before each episode, in the order of the plan. */
  admits(episode: PlannedEpisode): boolean;
  note(episode: PlannedEpisode, result: EpisodeResult): void;
}

export interface PlayRunOptions {
  store: Store;
  run: RunRecord;
  table: Table;
  /** Failed episodes are played again, from the last call that they finished. */
  retryFailed?: boolean;
  /** Absent: every episode is played. */
  stopRule?: StopRule;
  observer?: RunObserver;
  /** Aborted: what is in flight is finished and kept, nothing new starts. */
  stopping?: AbortSignal;
  /** Aborted: what is in flight is given up. */
  aborted?: AbortSignal;
}

/**
 * Resolves when every episode that is wanted is done or failed. Throws `interrupted`, `budget`, `failures` or `storage` where the run
 * had to stop; everything finished is kept, and playing the run again goes on from there.
 */
export async function playRun(options: PlayRunOptions): Promise<void> {
  const { store, run, stopping, aborted } = options;
  const halt = new AbortController();
  let stopped: EntenteError | null = null;
  const stop = (reason: EntenteError) => {
    stopped ??= reason;
    halt.abort();
  };
  const onStopping = () => halt.abort();
  stopping?.addEventListener('abort', onStopping, { once: true });
  if (stopping?.aborted) halt.abort();
  // One listener for each call in flight is no leak.
  if (aborted !== undefined) setMaxListeners(0, aborted);

  const letGo = await holdRun(store, run.runId, { onLost: stop, ...(stopping === undefined ? {} : { stopping }) });
  try {
    store.setRunStatus(run.runId, 'running');
    if (options.retryFailed) store.reopenFailed(run.runId);
    await playAll(options, halt.signal, stop);
    const ending = stopped ?? (stopping?.aborted ? new EntenteError('interrupted', 'the run was stopped.') : null);
    store.setRunStatus(run.runId, ending === null ? 'done' : 'pending');
    if (ending !== null) throw ending;
  } finally {
    stopping?.removeEventListener('abort', onStopping);
    letGo();
  }
}

/** Resolves when every episode has ended or, once halted, those in flight have. */
async function playAll(
  { store, run, table, stopRule, observer = {}, aborted }: PlayRunOptions,
  halted: AbortSignal,
  stop: (reason: EntenteError) => void,
): Promise<void> {
  const { runId, config } = run;
  const { episodes, failed } = store.overview(run);
  const noteFailure = failureLimit(config.max_failures, episodes, failed);

  const signals = { stopping: halted, ...(aborted === undefined ? {} : { aborted }) };
  const { weigher } = table;
  const fixWeights = weigher === null ? null : createWeightFixer({ store, runId, weigher, ...signals });

  async function grade(planned: PlannedEpisode): Promise<EpisodeResult> {
    let weights: SideWeights | null = null;
    try {
      if (fixWeights !== null) weights = await fixWeights(planned);
    } catch (error) {
      return unplayed(error);
    }
    return playEpisode(table, {
      scenario: planned.scenario,
      seed: seedOf(planned, config),
      journal: store.journal(planned.episodeId),
      ...signals,
      ...(weights === null ? {} : { weights }),
    });
  }

  async function play(planned: PlannedEpisode): Promise<void> {
    if (halted.aborted || stopRule?.admits(planned) === false) return;
    try {
      await store.startEpisode(planned.episodeId);
      observer.episodeStarted?.(planned);
      const result = await grade(planned);
      await store.finishEpisode(planned.episodeId, result);
      stopRule?.note(planned, result);
      observer.episodeFinished?.(planned, result);
      if (result.failure !== null && result.status === 'failed') noteFailure(result.failure);
    } catch (error) {
      stop(toEntenteError(error));
    }
  }

  const waiting = store.unfinishedEpisodes(runId).values();
  const playInTurn = async () => {
    for (const planned of waiting) await play(planned);
  };
  await Promise.all(Array.from({ length: config.concurrency }, playInTurn));
}

/** The result of an episode that could not begin. Throws where it was the run that had to stop. */
function unplayed(error: unknown): EpisodeResult {
  const { code, message } = toEntenteError(error);
  if (isStop(code)) throw error;
  const nothing = { outcome: null, rounds: 0, completion: null, ca: null, reward: null };
  return { status: 'failed', ...nothing, failure: { code, message } };
}

function seedOf({ groupOrdinal, sampleIndex }: PlannedEpisode, { seed }: RunConfig): number {
  return episodeSeed(seed, groupOrdinal, sampleIndex);
}
