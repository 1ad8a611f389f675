/** What the viewer's overviews are computed from: counts of runs, and the narrow rows of one run's episodes and groups. */
import type { Database } from 'better-sqlite3';
import type { Outcome, Tier } from '../domain/index.js';
import type { Status } from './runs.js';

/** Of one run, counted by SQLite. */
export interface RunCounts {
  run_id: string;
  groups: number;
  episodes: number;
  pending: number;
  running: number;
  done: number;
  failed: number;
  agreed: number;
  deadlocked: number;
  /** Episodes with a reward. */
  graded: number;
  /** Mean rounds of agreed episodes; null without any. */
  rounds_to_agreement: number | null;
  /** Mean overall CA score; null where nothing is scored. */
  ca_mean: number | null;
}

/** Episodes of one dilemma that agreed, of those that agreed or deadlocked. */
export interface SettledCount {
  successes: number;
  trials: number;
}

/** One episode of a run, as far as figures go. */
export interface WatchedEpisode {
  group_id: string;
  status: Status;
  outcome: Outcome | null;
  rounds: number | null;
  ca_score: number | null;
  knowledge: number | null;
  benevolence: number | null;
  power: number | null;
  vitality: number | null;
  reward: number | null;
  failure: string | null;
  /** ISO 8601. */
  finished_at: string | null;
}

export interface PlannedGroupRow {
  group_id: string;
  /** From 0. */
  ordinal: number;
  size: number;
  scenario_key: string;
  dilemma_id: string;
  pair_id: string;
  tier: Tier;
  domain: string;
}

const countColumns = `count(*) AS episodes,
  count(*) FILTER (WHERE status = 'pending') AS pending, count(*) FILTER (WHERE status = 'running') AS running,
  count(*) FILTER (WHERE status = 'done') AS done, count(*) FILTER (WHERE status = 'failed') AS failed,
  count(*) FILTER (WHERE outcome = 'agreed') AS agreed, count(*) FILTER (WHERE outcome = 'deadlocked') AS deadlocked,
  count(reward) AS graded, avg(rounds) FILTER (WHERE outcome = 'agreed') AS rounds_to_agreement, avg(ca_score) AS ca_mean`;

export function createRunFigures(database: Database) {
  const counts = database.prepare<[string, string], RunCounts>(
    `SELECT ? AS run_id, (SELECT count(*) FROM groups g WHERE g.run_id = e.run_id) AS groups, ${countColumns}
     FROM episodes e WHERE run_id = ?`,
  );
  const settled = database.prepare<[string], SettledCount>(
    `SELECT count(*) FILTER (WHERE e.outcome = 'agreed') AS successes, count(e.outcome) AS trials
     FROM episodes e JOIN groups g ON g.group_id = e.group_id JOIN scenarios s ON s.key = g.scenario
     WHERE e.run_id = ? GROUP BY s.dilemma_id`,
  );
  const figures = database.prepare<[string], WatchedEpisode>(
    `SELECT group_id, status, outcome, rounds, ca_score, knowledge, benevolence, power, vitality, reward, failure, finished_at
     FROM episodes WHERE run_id = ? ORDER BY number`,
  );
  const groups = database.prepare<[string], PlannedGroupRow>(
    `SELECT g.group_id, g.ordinal, g.size, g.scenario AS scenario_key, s.dilemma_id, s.pair_id, s.tier, s.domain
     FROM groups g JOIN scenarios s ON s.key = g.scenario WHERE g.run_id = ? ORDER BY g.ordinal`,
  );
  const groupById = database.prepare<[string], { run_id: string; ordinal: number; size: number }>(
    'SELECT run_id, ordinal, size FROM groups WHERE group_id = ?',
  );
  const groupAt = database
    .prepare<[string, number], string>('SELECT group_id FROM groups WHERE run_id = ? AND ordinal = ?')
    .pluck();

  return {
    /** Changes whenever another connection has committed something. */
    dataVersion: (): number => database.pragma('data_version', { simple: true }) as number,
    runCounts: (runId: string): RunCounts => counts.get(runId, runId) as RunCounts,
    /** By dilemma: what one run's agreement rate is made of. */
    settledCounts: (runId: string): SettledCount[] => settled.all(runId),
    /** In the order of their numbers. */
    watchedEpisodes: (runId: string): WatchedEpisode[] => figures.all(runId),
    plannedGroups: (runId: string): PlannedGroupRow[] => groups.all(runId),
    groupPlace: (groupId: string) => groupById.get(groupId) ?? null,
    groupIdAt: (runId: string, ordinal: number): string | null => groupAt.get(runId, ordinal) ?? null,
  };
}
