/** The calls of one episode without their token ids, and the verdicts of a run in bins. */
import type { Database } from 'better-sqlite3';
import type { CallKind, Seat, TokenSource, VerdictKind } from '../domain/index.js';

/** One call as it was recorded, in the order of recording. */
export interface RecordedCall {
  turn: number;
  kind: CallKind;
  sample: number;
  /** 0 for the completion and its score. */
  round: number;
  seat: Seat | null;
  content: string;
  finish_reason: string;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  token_source: TokenSource | null;
  model: string;
  seed: number;
  prompt_hash: string;
  /** Milliseconds of the successful try. */
  latency_ms: number;
  /** The tries before it, oldest first. */
  attempts: { code: string; message: string; ms: number }[];
  value: number | null;
  detail: Readonly<Record<string, unknown>> | null;
  /** Null: no judge. */
  parse_ok: 0 | 1 | null;
  /** ISO 8601. */
  finished_at: string;
}

/** How often one judge version gave one value. */
export interface VerdictBin {
  kind: VerdictKind;
  model: string;
  prompt_hash: string;
  /** Null: could not be read. */
  value: number | null;
  verdicts: number;
  /** Asked for a second time. */
  repaired: number;
  /** Sum over the verdicts, milliseconds. */
  latency_ms: number;
}

/** A score of a completion that was scored more than once. */
export interface RepeatedScore {
  episode_id: string;
  number: number;
  dilemma_id: string;
  model: string;
  prompt_hash: string;
  sample_index: number;
  value: number;
  detail: Readonly<Record<string, unknown>> | null;
}

type Stored<T> = Omit<T, 'detail' | 'attempts'> & { detail_json: string | null; attempts_json: string | null };

export function createCallReads(database: Database) {
  const calls = database.prepare<[string], Stored<RecordedCall>>(
    `SELECT c.turn, c.kind, c.sample, c.round, c.seat, c.content, c.finish_reason, c.prompt_tokens, c.completion_tokens,
            c.token_source, c.model, c.seed, c.prompt_hash, c.latency_ms, c.attempts_json, c.value, c.detail_json,
            c.parse_ok, c.finished_at
     FROM calls c JOIN episodes e ON e.episode = c.episode WHERE e.episode_id = ? ORDER BY c.call`,
  );
  const bins = database.prepare<[string], VerdictBin>(
    `SELECT kind, model, prompt_hash, iif(is_read, value, NULL) AS value, verdicts, repaired, latency_ms
     FROM verdict_tallies WHERE run_id = ? AND verdicts > 0`,
  );
  const repeated = database.prepare<[{ run: string }], Omit<RepeatedScore, 'detail'> & { detail_json: string | null }>(
    `SELECT e.episode_id, e.number, s.dilemma_id, v.model, v.prompt_hash, v.sample_index, v.value, v.detail_json
     FROM episodes e JOIN groups g ON g.group_id = e.group_id JOIN scenarios s ON s.key = g.scenario
     JOIN v_verdicts v ON v.episode_id = e.episode_id AND v.kind = 'ca' AND v.value IS NOT NULL
     WHERE e.run_id = @run AND e.episode IN
       (SELECT x.episode FROM episodes x WHERE x.run_id = @run AND EXISTS
         (SELECT 1 FROM calls c WHERE c.episode = x.episode AND c.turn = 0 AND c.kind = 'ca' AND c.sample > 0))
     ORDER BY e.number, v.sample_index`,
  );

  return {
    recordedCalls: (episodeId: string): RecordedCall[] =>
      calls.all(episodeId).map(({ detail_json, attempts_json, ...call }) => ({
        ...call,
        detail: detail_json === null ? null : JSON.parse(detail_json),
        attempts: attempts_json === null ? [] : JSON.parse(attempts_json),
      })),
    verdictBins: (runId: string): VerdictBin[] => bins.all(runId),
    repeatedScores: (runId: string): RepeatedScore[] =>
      repeated.all({ run: runId }).map(({ detail_json, ...score }) => ({
        ...score,
        detail: detail_json === null ? null : JSON.parse(detail_json),
      })),
  };
}
