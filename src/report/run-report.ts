/** One run as a report tells of it: what it was, its figures, and what a reader must know before trusting them. */
import { type Decoding, decodingOf, type RunConfig, type Seat } from '../domain/index.js';
import type { AttemptCount, EpisodeFigures, ModelUsage, RunRecord } from '../store/index.js';
import { type Summary, summarise } from './summary.js';
import { createWidthRule, type SequentialRate } from './until-narrow.js';

/** What a report reads of a run. */
export interface RunInput {
  run: RunRecord;
  /** All of them, by number. */
  episodes: readonly EpisodeFigures[];
  usage: readonly ModelUsage[];
  failedAttempts?: readonly AttemptCount[];
}

export interface RunReport extends Summary {
  run_id: string;
  name: string;
  status: RunRecord['status'];
  seed: number;
  created_at: string;
  finished_at: string | null;
  notice: string | null;
  protocol: RunConfig['protocol'];
  mode: RunConfig['mode'];
  policy: string;
  decoding: Decoding;
  learner: Seat;
  /** Of training; null where the run was not tagged. */
  step: number | null;
  /** For a run that was to stop when its interval is narrow: the width asked for, and where the looking stands. */
  until_width: (SequentialRate & { width: number }) | null;
  config: RunConfig;
}

export function reportRun({ run, episodes, usage, failedAttempts = [] }: RunInput): RunReport {
  const { config, runId, createdAt, finishedAt, ...head } = run;
  // Runs of older versions lack the last two.
  const width = config.until_width ?? null;
  return {
    run_id: runId,
    name: head.name,
    status: head.status,
    seed: head.seed,
    created_at: createdAt,
    finished_at: finishedAt,
    notice: head.notice,
    protocol: config.protocol,
    mode: config.mode,
    policy: config.roles.policy.model,
    decoding: decodingOf(config),
    learner: config.learner,
    step: config.step ?? null,
    until_width: width === null ? null : { width, ...createWidthRule(width, episodes).rate() },
    config,
    ...summarise(episodes, usage, failedAttempts),
  };
}
