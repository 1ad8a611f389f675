/** What pairwise judges said, in the database: every finished call durable before the next of its task, none twice. */
import type { Database } from 'better-sqlite3';
import type { PairwiseKey, PairwiseQuestion, Preference, Reply, Sampling, Scenario, Verdict } from '../domain/index.js';
import type { GroupCommit } from './group-commit.js';
import type { RunRecord } from './runs.js';

/** A finished call: what was answered and what it meant. */
export interface PairwiseCall {
  seed: number;
  reply: Reply;
  verdict: Verdict;
}

/** What an episode ended in. */
export interface AnswerRow {
  episodeId: string;
  sampleIndex: number;
  scenario: Scenario;
  /** Null: the episode has not written one, or not yet. */
  completion: string | null;
}

/** One comparison seen from run A, both orders in. */
export interface ComparisonRow {
  question: PairwiseQuestion;
  repeat: number;
  dilemma_id: string;
  episode_a: string;
  episode_b: string;
  /** Who was preferred with A's answer shown first, and with B's; null where the verdict could not be read. */
  shown_a_first: 'a' | 'b' | 'tie' | null;
  shown_b_first: 'a' | 'b' | 'tie' | null;
  /** Null: one of the two could not be read. */
  winner: Preference | null;
}

/** Tokens of the calls to one judge's model. */
export interface PairwiseUsage {
  model: string;
  calls: number;
  prompt_tokens: number;
  completion_tokens: number;
}

/** Which comparisons: those of these judges under this seed. */
export interface ComparisonFilter {
  judges: readonly number[];
  seed: number;
}

interface StoredCall {
  content: string;
  finish_reason: string;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  seed: number;
  latency_ms: number;
  attempts_json: string | null;
  value: number | null;
  detail_json: string | null;
  parse_ok: 0 | 1;
}

const named = `first = (SELECT episode FROM episodes WHERE episode_id = @first)
  AND second = (SELECT episode FROM episodes WHERE episode_id = @second)
  AND judge = @judge AND question = @question AND judge_seed = @judge_seed AND repeat = @repeat AND repair = @repair`;

export function createPairwiseCalls(database: Database, now: () => Date, commits: GroupCommit) {
  const insertPrompt = database.prepare(
    'INSERT INTO prompts (hash, name, text) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING',
  );
  const insertJudge = database.prepare(
    `INSERT INTO pairwise_judges (model, prompt_hash, sampling_json) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const findJudge = database
    .prepare<[string, string, string], number>(
      'SELECT judge FROM pairwise_judges WHERE model = ? AND prompt_hash = ? AND sampling_json = ?',
    )
    .pluck();
  const find = database.prepare<[object], StoredCall>(`SELECT * FROM pairwise_calls WHERE ${named}`);
  const insert = database.prepare(
    `INSERT INTO pairwise_calls (judge, question, first, second, judge_seed, repeat, repair, content, finish_reason,
       prompt_tokens, completion_tokens, seed, latency_ms, attempts_json, value, detail_json, parse_ok, finished_at)
     VALUES (@judge, @question, (SELECT episode FROM episodes WHERE episode_id = @first),
       (SELECT episode FROM episodes WHERE episode_id = @second), @judge_seed, @repeat, @repair, @content, @finish_reason,
       @prompt_tokens, @completion_tokens, @seed, @latency_ms, @attempts_json, @value, @detail_json, @parse_ok,
       @finished_at)
     ON CONFLICT (first, second, judge, question, judge_seed, repeat, repair) DO NOTHING`,
  );

  return {
    /** The number under which a judge's verdicts are kept: one for each model, prompt and sampling. */
    pairwiseJudge: (
      model: string,
      prompt: { name: string; hash: string; text: string },
      sampling: Sampling,
    ): number => {
      commits.flush();
      insertPrompt.run(prompt.hash, prompt.name, prompt.text);
      const identity = [model, prompt.hash, JSON.stringify(sampling)] as const;
      insertJudge.run(...identity);
      return findJudge.get(...identity) ?? 0;
    },
    recallPairwise: (judge: number, key: PairwiseKey): PairwiseCall | null => {
      const row = find.get(boundKey(judge, key));
      return row === undefined ? null : callOf(row);
    },
    /** Durable when it resolves. Recording a key that is there already changes nothing. */
    recordPairwise: (judge: number, key: PairwiseKey, call: PairwiseCall): Promise<void> => {
      const row = { ...rowOf(call), ...boundKey(judge, key), finished_at: now().toISOString() };
      return commits.write(() => void insert.run(row));
    },
  };
}

export function createComparisonReads(database: Database) {
  const answers = database.prepare<[string], AnswerTuple>(
    `SELECT e.episode_id, e.sample_index, g.swapped, s.key, s.dilemma_json, s.pair_json,
            (SELECT c.content FROM calls c WHERE c.episode = e.episode AND c.kind = 'completion') AS completion
     FROM episodes e JOIN groups g ON g.group_id = e.group_id JOIN scenarios s ON s.key = g.scenario
     WHERE e.run_id = ? ORDER BY e.number`,
  );
  const comparisons = database.prepare<[object], ComparisonRow>(
    `SELECT question, repeat, dilemma_id, episode_a, episode_b, shown_a_first, shown_b_first, winner FROM v_comparisons
     WHERE run_a = @a AND run_b = @b AND judge_seed = @seed AND judge IN (SELECT value FROM json_each(@judges))
     ORDER BY question, repeat, episode_a, episode_b`,
  );
  const usage = database.prepare<[object], PairwiseUsage>(
    `SELECT j.model, count(*) AS calls, coalesce(sum(c.prompt_tokens), 0) AS prompt_tokens,
            coalesce(sum(c.completion_tokens), 0) AS completion_tokens
     FROM pairwise_calls c JOIN pairwise_judges j ON j.judge = c.judge
     JOIN episodes a ON a.episode = c.first JOIN episodes b ON b.episode = c.second
     WHERE c.judge_seed = @seed AND c.judge IN (SELECT value FROM json_each(@judges))
       AND a.run_id IN (SELECT value FROM json_each(@runs)) AND b.run_id IN (SELECT value FROM json_each(@runs))
     GROUP BY j.model ORDER BY j.model`,
  );
  return {
    /** In the order of the plan. */
    answers: (runId: string): AnswerRow[] => answers.all(runId).map(answerOf),
    comparisons: (a: RunRecord, b: RunRecord, { judges, seed }: ComparisonFilter): ComparisonRow[] =>
      comparisons.all({ a: a.runId, b: b.runId, seed, judges: JSON.stringify(judges) }),
    /** What comparing these runs with each other has taken. */
    pairwiseUsage: (runs: readonly RunRecord[], { judges, seed }: ComparisonFilter): PairwiseUsage[] =>
      usage.all({ seed, judges: JSON.stringify(judges), runs: JSON.stringify(runs.map(({ runId }) => runId)) }),
  };
}

interface AnswerTuple {
  episode_id: string;
  sample_index: number;
  swapped: 0 | 1;
  key: string;
  dilemma_json: string;
  pair_json: string;
  completion: string | null;
}

function answerOf(row: AnswerTuple): AnswerRow {
  const dilemma = JSON.parse(row.dilemma_json) as Scenario['dilemma'];
  const pair = JSON.parse(row.pair_json) as Scenario['pair'];
  return {
    episodeId: row.episode_id,
    sampleIndex: row.sample_index,
    scenario: { key: row.key, dilemma, pair, swapped: row.swapped === 1 },
    completion: row.completion,
  };
}

function boundKey(judge: number, { question, first, second, seed, repeat, repair }: PairwiseKey) {
  return { judge, question, first, second, judge_seed: seed, repeat, repair: repair ? 1 : 0 };
}

function rowOf({ seed, reply, verdict }: PairwiseCall): StoredCall {
  return {
    content: reply.content,
    finish_reason: reply.finishReason,
    prompt_tokens: reply.promptTokens,
    completion_tokens: reply.completionTokens,
    seed,
    latency_ms: Math.round(reply.latencyMs),
    attempts_json: reply.failedAttempts.length === 0 ? null : JSON.stringify(reply.failedAttempts),
    value: verdict.value,
    detail_json: verdict.detail === null ? null : JSON.stringify(verdict.detail),
    parse_ok: verdict.parseOk ? 1 : 0,
  };
}

function callOf(row: StoredCall): PairwiseCall {
  const detail = row.detail_json === null ? null : (JSON.parse(row.detail_json) as Record<string, unknown>);
  return {
    seed: row.seed,
    reply: {
      content: row.content,
      finishReason: row.finish_reason,
      promptTokens: row.prompt_tokens,
      completionTokens: row.completion_tokens,
      tokens: null,
      latencyMs: row.latency_ms,
      failedAttempts: row.attempts_json === null ? [] : JSON.parse(row.attempts_json),
    },
    verdict: { kind: 'preference', round: 0, value: row.value, detail, parseOk: row.parse_ok === 1 },
  };
}
