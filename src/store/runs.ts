/** Runs, their groups and the episodes planned in them: written at once, so that a run is there whole or not at all. */
import type { Database } from 'better-sqlite3';
import type { EpisodeResult, RunConfig, Scenario } from '../domain/index.js';
import type { GroupCommit } from './group-commit.js';

export type Status = 'pending' | 'running' | 'done' | 'failed';

export interface RunRecord {
  runId: string;
  name: string;
  status: Status;
  seed: number;
  /** ISO 8601. */
  createdAt: string;
  finishedAt: string | null;
  config: RunConfig;
  /** What a reader must know before trusting the data, such as that it is a rehearsal; null: nothing. */
  notice: string | null;
}

export interface PlannedEpisode {
  episodeId: string;
  /** From 1, unique in the run: episodes are addressed as `run/number`. */
  number: number;
  groupId: string;
  groupOrdinal: number;
  sampleIndex: number;
  scenario: Scenario;
}

export interface PlannedGroup {
  groupId: string;
  /** From 0, in the order of choosing. */
  ordinal: number;
  scenario: Scenario;
  episodes: readonly Omit<PlannedEpisode, 'groupId' | 'groupOrdinal' | 'scenario'>[];
}

export interface NewRun extends Omit<RunRecord, 'status' | 'finishedAt'> {
  /** The version of entente that made it. */
  version: string;
  groups: readonly PlannedGroup[];
  /** Every prompt template in use, by its hash. */
  prompts: readonly { name: string; hash: string; text: string }[];
}

interface PlannedRow {
  episode_id: string;
  number: number;
  group_id: string;
  sample_index: number;
}

interface GroupRow {
  group_id: string;
  ordinal: number;
  key: string;
  dilemma_json: string;
  pair_json: string;
  swapped: 0 | 1;
}

export function createRunWrites(database: Database, now: () => Date, commits: GroupCommit) {
  const insertRun = database.prepare(
    `INSERT INTO runs (run_id, name, status, seed, created_at, config_json, version, notice)
     VALUES (@runId, @name, 'pending', @seed, @createdAt, @config, @version, @notice)`,
  );
  const insertPrompt = database.prepare(
    'INSERT INTO prompts (hash, name, text) VALUES (@hash, @name, @text) ON CONFLICT DO NOTHING',
  );
  const insertScenario = database.prepare(
    `INSERT INTO scenarios (key, dilemma_id, pair_id, tier, domain, dilemma_json, pair_json)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const insertGroup = database.prepare(
    'INSERT INTO groups (group_id, run_id, ordinal, scenario, swapped, size) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertEpisode = database.prepare(
    `INSERT INTO episodes (episode_id, run_id, group_id, number, sample_index, status) VALUES (?, ?, ?, ?, ?, 'pending')`,
  );
  const setStatus = database.prepare('UPDATE runs SET status = ?, finished_at = ? WHERE run_id = ?');
  const unfinished = database.prepare<[string], PlannedRow>(
    `SELECT episode_id, number, group_id, sample_index FROM episodes
     WHERE run_id = ? AND status IN ('pending', 'running') ORDER BY number`,
  );
  const groupsOf = database.prepare<[string], GroupRow>(
    `SELECT g.group_id, g.ordinal, s.key, s.dilemma_json, s.pair_json, g.swapped
     FROM groups g JOIN scenarios s ON s.key = g.scenario WHERE g.run_id = ?`,
  );
  const start = database.prepare(
    `UPDATE episodes SET status = 'running', started_at = coalesce(started_at, ?) WHERE episode_id = ?`,
  );
  const reopen = database.prepare(
    `UPDATE episodes SET status = 'pending', failure = NULL, failure_message = NULL, finished_at = NULL
     WHERE run_id = ? AND status = 'failed'`,
  );
  const finish = database.prepare(
    `UPDATE episodes SET status = @status, outcome = @outcome, rounds = @rounds, ca_score = @overall,
       knowledge = @knowledge, benevolence = @benevolence, power = @power, vitality = @vitality,
       utility_a = @utility_a, utility_b = @utility_b, weight_a = @weight_a, weight_b = @weight_b, reward = @reward,
       failure = @code, failure_message = @message, finished_at = @finished_at
     WHERE episode_id = @episode_id AND status <> 'done'`,
  );

  const insertAll = database.transaction((run: NewRun) => {
    const { groups, prompts, config, ...rest } = run;
    insertRun.run({ ...rest, config: JSON.stringify(config) });
    for (const prompt of prompts) insertPrompt.run(prompt);
    for (const { groupId, ordinal, scenario, episodes } of groups) {
      const { key, dilemma, pair, swapped } = scenario;
      insertScenario.run(
        key,
        dilemma.id,
        pair.id,
        dilemma.tier,
        dilemma.domain,
        JSON.stringify(dilemma),
        JSON.stringify(pair),
      );
      insertGroup.run(groupId, run.runId, ordinal, key, swapped ? 1 : 0, episodes.length);
      for (const { episodeId, number, sampleIndex } of episodes) {
        insertEpisode.run(episodeId, run.runId, groupId, number, sampleIndex);
      }
    }
  });

  return {
    createRun: (run: NewRun): void => {
      commits.flush();
      insertAll.immediate(run);
    },
    setRunStatus: (runId: string, status: Status): void => {
      commits.flush();
      const ended = status === 'done' || status === 'failed';
      setStatus.run(status, ended ? now().toISOString() : null, runId);
    },
    /** The episodes of a group share one scenario. */
    unfinishedEpisodes: (runId: string): PlannedEpisode[] => {
      const groups = new Map(groupsOf.all(runId).map((row) => [row.group_id, plannedGroup(row)]));
      return unfinished.all(runId).flatMap(({ episode_id, group_id, number, sample_index }) => {
        const group = groups.get(group_id);
        return group === undefined ? [] : [{ ...group, episodeId: episode_id, number, sampleIndex: sample_index }];
      });
    },
    startEpisode: (episodeId: string): Promise<void> =>
      commits.write(() => void start.run(now().toISOString(), episodeId)),
    /** Failed episodes become pending again; what they finished stays in their journals. The number of them. */
    reopenFailed: (runId: string): number => {
      commits.flush();
      return reopen.run(runId).changes;
    },
    finishEpisode: (episodeId: string, { ca, stakeholders, failure, ...result }: EpisodeResult): Promise<void> => {
      const scores = ca ?? { overall: null, knowledge: null, benevolence: null, power: null, vitality: null };
      const row = {
        ...result,
        ...scores,
        utility_a: stakeholders?.utilities.A ?? null,
        utility_b: stakeholders?.utilities.B ?? null,
        weight_a: stakeholders?.weights.A ?? null,
        weight_b: stakeholders?.weights.B ?? null,
        code: failure?.code ?? null,
        message: failure?.message ?? null,
        finished_at: now().toISOString(),
        episode_id: episodeId,
      };
      return commits.write(() => void finish.run(row));
    },
  };
}

function plannedGroup(row: GroupRow): Pick<PlannedEpisode, 'groupId' | 'groupOrdinal' | 'scenario'> {
  return {
    groupId: row.group_id,
    groupOrdinal: row.ordinal,
    scenario: {
      key: row.key,
      dilemma: JSON.parse(row.dilemma_json),
      pair: JSON.parse(row.pair_json),
      swapped: row.swapped === 1,
    },
  };
}
