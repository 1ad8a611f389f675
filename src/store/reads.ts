/** What reports, replays and exports read: through the public views wherever these say enough. */
import type { Database } from 'better-sqlite3';
import type {
  CallKind,
  Outcome,
  RunConfig,
  Scenario,
  Seat,
  Tier,
  TokenSource,
  TokenTrace,
  VerdictKind,
} from '../domain/index.js';
import type { FailedAttempt } from '../errors.js';
import { tokensOf } from './journal.js';
import type { RunRecord, Status } from './runs.js';

/** One line of `entente runs`. */
export interface RunOverview {
  run: RunRecord;
  episodes: number;
  /** Episodes done or failed. */
  finished: number;
  failed: number;
  agreed: number;
}

export interface EpisodeRow {
  episode_id: string;
  number: number;
  group_id: string;
  sample_index: number;
  dilemma_id: string;
  pair_id: string;
  tier: Tier;
  domain: string;
  status: Status;
  outcome: Outcome | null;
  rounds: number | null;
  ca_score: number | null;
  knowledge: number | null;
  benevolence: number | null;
  power: number | null;
  vitality: number | null;
  /** Of the sides in seats A and B, 0 to 5; null where not scored or not to be read. */
  utility_a: number | null;
  utility_b: number | null;
  /** How much they count, together 1; null where scoring was holistic. */
  weight_a: number | null;
  weight_b: number | null;
  reward: number | null;
  failure: string | null;
  failure_message: string | null;
}

/** An episode with the text it ended in. */
export interface EpisodeDetail extends EpisodeRow {
  completion: string | null;
}

export interface TurnRow {
  turn_index: number;
  round: number;
  seat: Seat;
  content: string;
  finish_reason: string;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  model: string;
  latency_ms: number;
  /** Tries that failed before this one, oldest first. */
  failed_attempts: readonly FailedAttempt[];
  /** Where the words come from, also where no ids came with them; null: from a server that gave none. */
  token_source: TokenSource | null;
  tokens: TokenTrace | null;
}

export interface VerdictRow {
  kind: VerdictKind;
  round: number;
  sample_index: number;
  /** The seat of the side that a utility was judged for; else null. */
  stakeholder: Seat | null;
  value: number | null;
  raw: string;
  model: string;
  prompt_hash: string;
  parse_ok: 0 | 1;
  detail: Readonly<Record<string, unknown>> | null;
  failed_attempts: readonly FailedAttempt[];
}

/** What the calls of one episode took. */
export interface EpisodeUsage {
  episode_id: string;
  /** Tokens sampled in the turns of each seat. */
  tokens_a: number;
  tokens_b: number;
  /** Tokens of all calls, prompts included. */
  tokens: number;
  retried: 0 | 1;
  truncated: 0 | 1;
}

/** Tokens of all calls of a run to one model. */
export interface ModelUsage {
  model: string;
  calls: number;
  prompt_tokens: number;
  completion_tokens: number;
  /** Tries that failed before a call succeeded. */
  retries: number;
  /** Replies cut at `max_tokens`. */
  truncated: number;
}

/** Failed tries of a run with one cause, of calls that then succeeded and of calls that did not. */
export interface AttemptCount {
  code: string;
  attempts: number;
}

/** A call that failed for good. */
export interface FailedCallRow {
  turn_index: number;
  kind: CallKind;
  round: number;
  seat: Seat | null;
  model: string;
  code: string;
  message: string;
  attempts: readonly FailedAttempt[];
}

/** As a row holds it: the tries before it still as JSON, null where there was none. */
type Stored<Row> = Omit<Row, 'failed_attempts'> & { attempts_json: string | null };

interface RunRow {
  run_id: string;
  name: string;
  status: Status;
  seed: number;
  created_at: string;
  finished_at: string | null;
  config_json: string;
  notice: string | null;
}

export function createReads(database: Database) {
  const runs = database.prepare<[], RunRow>('SELECT * FROM v_runs ORDER BY created_at, run_id');
  const counts = database.prepare<[string], Omit<RunOverview, 'run'>>(
    `SELECT count(*) AS episodes, count(*) FILTER (WHERE status IN ('done', 'failed')) AS finished,
            count(*) FILTER (WHERE status = 'failed') AS failed, count(*) FILTER (WHERE outcome = 'agreed') AS agreed
     FROM episodes WHERE run_id = ?`,
  );
  const episodeColumns = `e.episode_id, e.number, e.group_id, e.sample_index, s.dilemma_id, s.pair_id, s.tier, s.domain,
     e.status, e.outcome, e.rounds, e.ca_score, e.knowledge, e.benevolence, e.power, e.vitality,
     e.utility_a, e.utility_b, e.weight_a, e.weight_b, e.reward, e.failure, e.failure_message`;
  const detailColumns = `${episodeColumns},
     (SELECT c.content FROM calls c WHERE c.episode = e.episode AND c.kind = 'completion') AS completion`;
  const episodeTables = `episodes e JOIN groups g ON g.group_id = e.group_id JOIN scenarios s ON s.key = g.scenario`;
  const episodesOfRun = database.prepare<[string], EpisodeRow>(
    `SELECT ${episodeColumns} FROM ${episodeTables} WHERE e.run_id = ? ORDER BY e.number`,
  );
  const episodeByNumber = database.prepare<[string, number], EpisodeDetail>(
    `SELECT ${detailColumns} FROM ${episodeTables} WHERE e.run_id = ? AND e.number = ?`,
  );
  const episodeIds = database.prepare<[string], { episode_id: string; run_id: string; number: number }>(
    `SELECT episode_id, run_id, number FROM episodes WHERE episode_id GLOB ? || '*' ORDER BY episode_id LIMIT 3`,
  );
  const scenario = database.prepare<[string], { key: string; dilemma_json: string; pair_json: string; swapped: 0 | 1 }>(
    `SELECT s.key, s.dilemma_json, s.pair_json, g.swapped FROM groups g JOIN scenarios s ON s.key = g.scenario WHERE g.group_id = ?`,
  );
  const turns = database.prepare<[string], Stored<Omit<TurnRow, 'tokens'>> & Parameters<typeof tokensOf>[0]>(
    'SELECT * FROM v_turns WHERE episode_id = ? ORDER BY turn_index',
  );
  const verdicts = database.prepare<[string], Stored<Omit<VerdictRow, 'detail'>> & { detail_json: string | null }>(
    'SELECT * FROM v_verdicts WHERE episode_id = ? ORDER BY round = 0, round, kind, stakeholder, sample_index',
  );
  const usage = database.prepare<[string], ModelUsage>(
    `SELECT model, calls, prompt_tokens, completion_tokens, retries, truncated FROM usage WHERE run_id = ? ORDER BY model`,
  );
  const failedAttempts = database.prepare<[string], AttemptCount>(
    'SELECT code, attempts FROM failed_attempts WHERE run_id = ? ORDER BY attempts DESC, code',
  );
  const failedCalls = database.prepare<[string], Omit<FailedCallRow, 'attempts'> & { attempts_json: string }>(
    'SELECT turn_index, kind, round, seat, model, code, message, attempts_json FROM v_failed_calls WHERE episode_id = ?',
  );
  const groupIds = database
    .prepare<[string], string>('SELECT group_id FROM groups WHERE run_id = ? ORDER BY ordinal')
    .pluck();
  const episodesOfGroup = database.prepare<[string], EpisodeDetail>(
    `SELECT ${detailColumns} FROM ${episodeTables} WHERE e.group_id = ? ORDER BY e.sample_index`,
  );
  const usageOfGroup = database.prepare<[string], EpisodeUsage>(
    `SELECT e.episode_id,
            coalesce(sum(c.completion_tokens) FILTER (WHERE c.kind = 'speak' AND c.seat = 'A'), 0) AS tokens_a,
            coalesce(sum(c.completion_tokens) FILTER (WHERE c.kind = 'speak' AND c.seat = 'B'), 0) AS tokens_b,
            coalesce(sum(c.prompt_tokens), 0) + coalesce(sum(c.completion_tokens), 0) AS tokens,
            coalesce(max(c.attempts_json IS NOT NULL), 0) AS retried,
            coalesce(max(c.finish_reason = 'length'), 0) AS truncated
     FROM episodes e LEFT JOIN calls c ON c.episode = e.episode WHERE e.group_id = ? GROUP BY e.episode`,
  );
  const verdictCounts = database.prepare<[string], { kind: VerdictKind; verdicts: number; unparsed: number }>(
    `SELECT v.kind, count(*) AS verdicts, count(*) FILTER (WHERE v.parse_ok = 0) AS unparsed
     FROM v_verdicts v JOIN episodes e ON e.episode_id = v.episode_id WHERE e.run_id = ? GROUP BY v.kind ORDER BY v.kind`,
  );

  return {
    runs: (): RunRecord[] => runs.all().map(runOf),
    overview: (run: RunRecord): RunOverview => {
      const found = counts.get(run.runId) ?? { episodes: 0, finished: 0, failed: 0, agreed: 0 };
      return { run, ...found };
    },
    episodes: (runId: string): EpisodeRow[] => episodesOfRun.all(runId),
    groupIds: (runId: string): string[] => groupIds.all(runId),
    episodesOfGroup: (groupId: string): EpisodeDetail[] => episodesOfGroup.all(groupId),
    usageOfGroup: (groupId: string): EpisodeUsage[] => usageOfGroup.all(groupId),
    episode: (runId: string, number: number): EpisodeDetail | null => episodeByNumber.get(runId, number) ?? null,
    /** At most three episodes whose id starts so: enough to tell a match from an ambiguity. */
    episodesById: (prefix: string) => episodeIds.all(prefix.replace(/[*?[\]]/g, '')),
    scenario: (groupId: string): Scenario => {
      const row = scenario.get(groupId);
      if (row === undefined) throw new Error(`no group ${groupId}`);
      return {
        key: row.key,
        dilemma: JSON.parse(row.dilemma_json),
        pair: JSON.parse(row.pair_json),
        swapped: row.swapped === 1,
      };
    },
    turns: (episodeId: string): TurnRow[] =>
      turns.all(episodeId).map((row) => ({
        turn_index: row.turn_index,
        round: row.round,
        seat: row.seat,
        content: row.content,
        finish_reason: row.finish_reason,
        prompt_tokens: row.prompt_tokens,
        completion_tokens: row.completion_tokens,
        model: row.model,
        latency_ms: row.latency_ms,
        failed_attempts: attemptsOf(row),
        token_source: row.token_source,
        tokens: tokensOf(row),
      })),
    verdicts: (episodeId: string): VerdictRow[] =>
      verdicts.all(episodeId).map((row) => ({
        kind: row.kind,
        round: row.round,
        sample_index: row.sample_index,
        stakeholder: row.stakeholder,
        value: row.value,
        raw: row.raw,
        model: row.model,
        prompt_hash: row.prompt_hash,
        parse_ok: row.parse_ok,
        detail: row.detail_json === null ? null : JSON.parse(row.detail_json),
        failed_attempts: attemptsOf(row),
      })),
    usage: (runId: string): ModelUsage[] => usage.all(runId),
    failedAttempts: (runId: string): AttemptCount[] => failedAttempts.all(runId),
    failedCalls: (episodeId: string): FailedCallRow[] =>
      failedCalls.all(episodeId).map(({ attempts_json, ...row }) => ({ ...row, attempts: JSON.parse(attempts_json) })),
    verdictCounts: (runId: string) => verdictCounts.all(runId),
  };
}

function attemptsOf({ attempts_json }: { attempts_json: string | null }): FailedAttempt[] {
  return attempts_json === null ? [] : (JSON.parse(attempts_json) as FailedAttempt[]);
}

function runOf(row: RunRow): RunRecord {
  return {
    runId: row.run_id,
    name: row.name,
    status: row.status,
    seed: row.seed,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    config: JSON.parse(row.config_json) as RunConfig,
    notice: row.notice,
  };
}
