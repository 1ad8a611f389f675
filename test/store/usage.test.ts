/** What a run has used is counted with the calls themselves, and equals what the calls add up to. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyFolder } from '../support/cli.js';
import { spokenCall, storeEndings } from '../support/stored-runs.js';

const attempts = fc.array(
  fc.record({ code: fc.constantFrom('timeout', 'rate_limited', 'bad_reply'), message: fc.string(), ms: fc.nat(99) }),
  { maxLength: 3 },
);
const call = fc.record({
  turn: fc.nat(6),
  model: fc.constantFrom('small', 'large'),
  promptTokens: fc.option(fc.nat(1000)),
  completionTokens: fc.option(fc.nat(1000)),
  finishReason: fc.constantFrom('stop', 'length'),
  failedAttempts: attempts,
  fails: fc.boolean(),
});

test('usage and failed attempts of a run equal the sums over its calls, whatever is recorded twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
      const { path, store, run } = storeEndings(join(emptyFolder(), 'usage.db'), [[null]]);
      const journal = store.journal(`${run.runId}-1`);
      const recorded: Promise<void>[] = [];
      for (const { turn, model, fails, failedAttempts, ...rest } of calls) {
        const { reply, verdict, ...about } = spokenCall(turn, null);
        const failure = { ...about, model, code: 'timeout', message: '', attempts: failedAttempts };
        const finished = { ...about, model, verdict, reply: { ...reply, ...rest, failedAttempts } };
        recorded.push(fails ? journal.recordFailure(failure) : journal.record(finished));
      }
      await Promise.all(recorded);
      const database = new Database(path, { readonly: true });
      const summed = database
        .prepare(
          `SELECT model, count(*) AS calls, coalesce(sum(prompt_tokens), 0) AS prompt_tokens,
                  coalesce(sum(completion_tokens), 0) AS completion_tokens,
                  coalesce(sum(json_array_length(attempts_json)), 0) AS retries,
                  count(*) FILTER (WHERE finish_reason = 'length') AS truncated
           FROM calls GROUP BY model ORDER BY model`,
        )
        .all();
      expect(store.usage(run.runId)).toEqual(summed);
      const tries = database
        .prepare(
          `SELECT a.value ->> 'code' AS code, count(*) AS attempts
           FROM (SELECT attempts_json FROM calls UNION ALL SELECT attempts_json FROM failed_calls) c, json_each(c.attempts_json) a
           GROUP BY 1 ORDER BY 2 DESC, 1`,
        )
        .all();
      expect(store.failedAttempts(run.runId)).toEqual(tries);
      database.close();
      store.close();
    }),
    { numRuns: 40 },
  );
});
