import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Summary, summarise } from '../../src/report/index.js';
import { playStored } from '../support/played-runs.js';
import { createUnreliableModel } from '../support/unreliable-model.js';

describe.each(['train', 'eval'] as const)('the figures of a run in mode %s with failures', (mode) => {
  let folder: string;
  let database: Database.Database;
  let summary: Summary;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'entente-test-'));
    const path = join(folder, 'runs.db');
    const models = {
      judge: createUnreliableModel({ failing: 0.1 }),
      scorer: createUnreliableModel({ unreadable: 0.4 }),
    };
    const config = { mode, groups: 6, group_size: 4, seed: 12, max_rounds: 2 };
    const { store, run } = await playStored(path, config, models);
    summary = summarise(store.episodes(run.runId), store.usage(run.runId));
    store.close();
    database = new Database(path, { readonly: true });
  });
  afterAll(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const figures = `count(*) AS episodes, count(*) FILTER (WHERE outcome = 'agreed') AS agreed,
    count(*) FILTER (WHERE outcome = 'deadlocked') AS deadlocked, count(*) FILTER (WHERE status = 'failed') AS failed,
    count(reward) AS graded, avg(CASE outcome WHEN 'agreed' THEN 1.0 WHEN 'deadlocked' THEN 0.0 END) AS agreement_rate,
    avg(rounds) FILTER (WHERE outcome = 'agreed') AS rounds_to_agreement, avg(ca_score) AS ca_mean,
    min(ca_score) AS ca_min, max(ca_score) AS ca_max,
    sqrt((sum(ca_score * ca_score) - sum(ca_score) * avg(ca_score)) / (count(ca_score) - 1)) AS ca_sd`;

  function expectFigures(found: object, stored: unknown): void {
    for (const [name, value] of Object.entries(stored as Record<string, unknown>)) {
      const expected = typeof value === 'number' ? expect.closeTo(value, 9) : value;
      expect({ [name]: found[name as keyof typeof found] }).toEqual({ [name]: expected });
    }
  }

  test('equal plain SQL over v_episodes, overall and by tier', () => {
    const overall = database.prepare(`SELECT ${figures} FROM v_episodes`).get() as Record<string, number>;
    for (const kind of ['agreed', 'deadlocked', 'failed']) expect(overall[kind]).toBeGreaterThan(1);
    expect(overall['graded']).toBeLessThan((overall['agreed'] ?? 0) + (overall['deadlocked'] ?? 0));
    expectFigures(summary.overall, overall);
    const tiers = database.prepare(`SELECT tier, ${figures} FROM v_episodes GROUP BY tier`).all() as { tier: string }[];
    expect(summary.tiers.map(({ tier }) => tier).sort()).toEqual(tiers.map(({ tier }) => tier));
    for (const line of summary.tiers)
      expectFigures(
        line,
        tiers.find(({ tier }) => tier === line.tier),
      );
  });

  test('equal plain SQL by outcome and over groups', () => {
    const outcomes = database
      .prepare(
        `SELECT outcome, count(*) AS episodes, avg(rounds) AS rounds_mean, avg(reward) AS reward_mean FROM v_episodes
         GROUP BY outcome ORDER BY outcome IS NULL, outcome`,
      )
      .all() as object[];
    expect(summary.outcomes).toHaveLength(outcomes.length);
    for (const [index, line] of summary.outcomes.entries()) expectFigures(line, outcomes[index]);
    expectFigures(
      summary.groups,
      database
        .prepare(
          `SELECT count(*) AS groups, count(reward_mean) AS graded, avg(reward_min) AS reward_min,
             avg(reward_mean) AS reward_mean, avg(reward_max) AS reward_max,
             count(*) FILTER (WHERE graded > 1 AND reward_std = 0) AS zero_variance
           FROM v_groups`,
        )
        .get(),
    );
  });

  test('name every failure as often as it is stored, and count the tokens of every call', () => {
    const failures = database
      .prepare(
        'SELECT failure AS code, count(*) AS episodes FROM v_episodes WHERE failure IS NOT NULL GROUP BY 1 ORDER BY 1',
      )
      .all();
    expect([...summary.failures].sort((one, other) => (one.code < other.code ? -1 : 1))).toEqual(failures);
    expect(summary.failures.map(({ code }) => code).sort()).toEqual(['rejected', 'unparsable']);
    const tokens = 'SELECT sum(prompt_tokens) AS prompt, sum(completion_tokens) AS completion FROM calls';
    expect(summary.tokens).toMatchObject(database.prepare(tokens).get() as object);
  });
});
