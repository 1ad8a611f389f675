/** Gradings of stored completions, in the database: every finished call durable before the next of its episode, none twice. */
import type { Database } from 'better-sqlite3';
import type { GradingCall, GradingKey } from '../domain/index.js';
import type { FailedAttempt } from '../errors.js';
import type { GroupCommit } from './group-commit.js';

export interface NewGrading {
  /** A hash of run, judges, sampling, prompts and seed: the same grading has the same id. */
  gradingId: string;
  runId: string;
  /** The judge's model; of a panel, all of them. */
  judge: string;
  /** All that decides what is asked, as one JSON text. */
  panel: string;
  seed: number;
  prompts: readonly { name: string; hash: string; text: string }[];
}

interface StoredCall {
  model: string;
  prompt_hash: string;
  seed: number;
  content: string;
  finish_reason: string;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  latency_ms: number;
  attempts_json: string | null;
  value: number | null;
  detail_json: string | null;
  parse_ok: 0 | 1;
}

/** Tokens of the calls of a grading to one model. */
export interface GradingUsage {
  model: string;
  calls: number;
  prompt_tokens: number;
  completion_tokens: number;
}

const named = `grading_id = @gradingId AND episode = (SELECT episode FROM episodes WHERE episode_id = @episodeId)
  AND kind = @kind AND sample = @sample AND repair = @repair`;

export function createGradings(database: Database, now: () => Date, commits: GroupCommit) {
  const insertPrompt = database.prepare(
    'INSERT INTO prompts (hash, name, text) VALUES (@hash, @name, @text) ON CONFLICT DO NOTHING',
  );
  const insertGrading = database.prepare(
    `INSERT INTO gradings (grading_id, run_id, judge, panel_json, seed, created_at)
     VALUES (@gradingId, @runId, @judge, @panel, @seed, @created_at) ON CONFLICT DO NOTHING`,
  );
  const find = database.prepare<[object], StoredCall>(`SELECT * FROM grading_calls WHERE ${named}`);
  const insert = database.prepare(
    `INSERT INTO grading_calls (grading_id, episode, kind, sample, repair, model, prompt_hash, seed, content,
       finish_reason, prompt_tokens, completion_tokens, latency_ms, attempts_json, value, detail_json, parse_ok, finished_at)
     VALUES (@gradingId, (SELECT episode FROM episodes WHERE episode_id = @episodeId), @kind, @sample, @repair, @model,
       @prompt_hash, @seed, @content, @finish_reason, @prompt_tokens, @completion_tokens, @latency_ms, @attempts_json,
       @value, @detail_json, @parse_ok, @finished_at)
     ON CONFLICT (grading_id, episode, kind, sample, repair) DO NOTHING`,
  );
  const usage = database.prepare<[string], GradingUsage>(
    `SELECT model, count(*) AS calls, coalesce(sum(prompt_tokens), 0) AS prompt_tokens,
            coalesce(sum(completion_tokens), 0) AS completion_tokens
     FROM grading_calls WHERE grading_id = ? GROUP BY model ORDER BY model`,
  );

  return {
    /** Opening a grading that is there already changes nothing. */
    openGrading: ({ prompts, ...grading }: NewGrading): void => {
      commits.flush();
      for (const prompt of prompts) insertPrompt.run(prompt);
      insertGrading.run({ ...grading, created_at: now().toISOString() });
    },
    recallGrading: (key: GradingKey): GradingCall | null => {
      const row = find.get(boundKey(key));
      return row === undefined ? null : callOf(row, key);
    },
    /** Durable when it resolves. Recording a key that is there already changes nothing. */
    recordGrading: (key: GradingKey, call: GradingCall): Promise<void> => {
      const row = { ...boundKey(key), ...rowOf(call), finished_at: now().toISOString() };
      return commits.write(() => void insert.run(row));
    },
    gradingUsage: (gradingId: string): GradingUsage[] => usage.all(gradingId),
  };
}

function boundKey({ repair, ...key }: GradingKey) {
  return { ...key, repair: repair ? 1 : 0 };
}

function rowOf({ model, promptHash, seed, reply, verdict }: GradingCall): StoredCall {
  return {
    ...{ model, prompt_hash: promptHash, seed, content: reply.content, finish_reason: reply.finishReason },
    prompt_tokens: reply.promptTokens,
    completion_tokens: reply.completionTokens,
    latency_ms: Math.round(reply.latencyMs),
    attempts_json: reply.failedAttempts.length === 0 ? null : JSON.stringify(reply.failedAttempts),
    value: verdict.value,
    detail_json: verdict.detail === null ? null : JSON.stringify(verdict.detail),
    parse_ok: verdict.parseOk ? 1 : 0,
  };
}

function callOf(row: StoredCall, { kind }: GradingKey): GradingCall {
  return {
    ...{ model: row.model, promptHash: row.prompt_hash, seed: row.seed },
    reply: {
      content: row.content,
      finishReason: row.finish_reason,
      promptTokens: row.prompt_tokens,
      completionTokens: row.completion_tokens,
      tokens: null,
      latencyMs: row.latency_ms,
      failedAttempts: row.attempts_json === null ? [] : (JSON.parse(row.attempts_json) as FailedAttempt[]),
    },
    verdict: {
      kind: kind === 'ca' ? 'ca' : 'utility',
      round: 0,
      value: row.value,
      detail: row.detail_json === null ? null : (JSON.parse(row.detail_json) as Record<string, unknown>),
      parseOk: row.parse_ok === 1,
    },
  };
}
