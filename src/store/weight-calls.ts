/** The calls of an elicitation of stakeholder weights, each as it is finished; append-only. */
import type { Database } from 'better-sqlite3';
import type { Reply } from '../domain/index.js';
import type { FailedAttempt } from '../errors.js';
import type { GroupCommit } from './group-commit.js';

export interface WeightCallKey {
  /** Names the weights: a hash of all that they depend on. */
  weightsKey: string;
  query: string;
  repair: boolean;
}

export interface WeightCallRecord {
  reply: Reply;
  /** In the order shown; null where the answer could not be read. */
  importance: readonly number[] | null;
}

interface WeightCallRow {
  content: string;
  finish_reason: string;
  importance_json: string | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  latency_ms: number;
  attempts_json: string | null;
}

export function createWeightCalls(database: Database, now: () => Date, commits: GroupCommit) {
  const findCall = database.prepare<[string, string, number], WeightCallRow>(
    'SELECT * FROM weight_calls WHERE weights_key = ? AND query = ? AND repair = ?',
  );
  const insertCall = database.prepare(
    `INSERT INTO weight_calls (weights_key, query, repair, run_id, model, content, finish_reason, importance_json,
       prompt_tokens, completion_tokens, latency_ms, attempts_json, finished_at)
     VALUES (@weightsKey, @query, @repair, @runId, @model, @content, @finish_reason, @importance_json, @prompt_tokens,
       @completion_tokens, @latency_ms, @attempts_json, @finished_at)
     ON CONFLICT (weights_key, query, repair) DO NOTHING`,
  );

  return {
    recallWeightCall: ({ weightsKey, query, repair }: WeightCallKey): WeightCallRecord | null => {
      const row = findCall.get(weightsKey, query, repair ? 1 : 0);
      return row === undefined ? null : recordOf(row);
    },
    /** Durable when it returns. Recording a key that is there already changes nothing. */
    recordWeightCall: (
      { repair, ...key }: WeightCallKey,
      { reply, importance }: WeightCallRecord,
      by: { runId: string; model: string },
    ): Promise<void> =>
      commits.write(
        () =>
          void insertCall.run({
            ...key,
            ...by,
            repair: repair ? 1 : 0,
            content: reply.content,
            finish_reason: reply.finishReason,
            importance_json: importance === null ? null : JSON.stringify(importance),
            prompt_tokens: reply.promptTokens,
            completion_tokens: reply.completionTokens,
            latency_ms: Math.round(reply.latencyMs),
            attempts_json: reply.failedAttempts.length === 0 ? null : JSON.stringify(reply.failedAttempts),
            finished_at: now().toISOString(),
          }),
      ),
  };
}

function recordOf(row: WeightCallRow): WeightCallRecord {
  return {
    reply: {
      content: row.content,
      finishReason: row.finish_reason,
      promptTokens: row.prompt_tokens,
      completionTokens: row.completion_tokens,
      tokens: null,
      latencyMs: row.latency_ms,
      failedAttempts: row.attempts_json === null ? [] : (JSON.parse(row.attempts_json) as FailedAttempt[]),
    },
    importance: row.importance_json === null ? null : (JSON.parse(row.importance_json) as number[]),
  };
}
