/**
 * Stakeholder weights: append-only, shared by every run on the same scenario, and refused once a completion exists that
 * they could have been made to fit.
 */
import type { Database } from 'better-sqlite3';
import { EntenteError } from '../errors.js';
import type { GroupCommit } from './group-commit.js';

export interface NewWeights {
  weightsKey: string;
  /** The key of the scenario. */
  scenario: string;
  /** The run that elicited them. */
  runId: string;
  model: string;
  /** Of the prompts and the formula. */
  version: string;
  /** By the sides of the persona pair; not negative, together 1. */
  a: number;
  b: number;
}

export interface FixedWeights {
  a: number;
  b: number;
  /** ISO 8601. */
  fixedAt: string;
}

/** Order is told by the numbers of calls, which no clock can turn back. */
export function createWeightStore(database: Database, now: () => Date, commits: GroupCommit) {
  const find = database.prepare<[string], FixedWeights & { afterCall: number }>(
    'SELECT side_a AS a, side_b AS b, fixed_at AS fixedAt, after_call AS afterCall FROM stakeholder_weights WHERE weights_key = ?',
  );
  const insert = database.prepare(
    `INSERT INTO stakeholder_weights (weights_key, scenario, run_id, model, version, side_a, side_b, after_call, fixed_at)
     VALUES (@weightsKey, @scenario, @runId, @model, @version, @a, @b, (SELECT coalesce(max(call), 0) FROM calls), @fixedAt)
     ON CONFLICT (weights_key) DO NOTHING`,
  );
  const firstCompletion = database
    .prepare<[string], number | null>(
      `SELECT min(c.call) FROM calls c JOIN episodes e ON e.episode = c.episode
       WHERE e.group_id = ? AND c.kind = 'completion'`,
    )
    .pluck();

  function weightsFor(groupId: string, weightsKey: string): FixedWeights | null {
    const completed = firstCompletion.get(groupId) ?? null;
    const found = find.get(weightsKey);
    if (completed !== null && (found === undefined || found.afterCall >= completed)) throw tooLate(groupId);
    return found === undefined ? null : { a: found.a, b: found.b, fixedAt: found.fixedAt };
  }
  const fix = database.transaction((groupId: string, weights: NewWeights): FixedWeights => {
    const before = weightsFor(groupId, weights.weightsKey);
    if (before !== null) return before;
    const fixedAt = now().toISOString();
    insert.run({ ...weights, fixedAt });
    return { a: weights.a, b: weights.b, fixedAt };
  });

  return {
    /** Null where they are still to be elicited. Throws `weights` where the group has a completion older than they are. */
    weightsFor,
    /** Those that are there already, if another was faster. Throws `weights` where the group has a completion. */
    fixWeights: (groupId: string, weights: NewWeights): FixedWeights => {
      commits.flush();
      return fix.immediate(groupId, weights);
    },
  };
}

function tooLate(groupId: string): EntenteError {
  return new EntenteError(
    'weights',
    `${groupId} has a completion that is older than its stakeholder weights; they count only where they were fixed before. Play the scenario in a new run.`,
  );
}
