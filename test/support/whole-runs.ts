/** Whole runs in real databases, under a fixed clock and fixed ids, so that two of them can be compared byte for byte. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { type ChatModel, createRehearsalModel } from '../../src/chat/index.js';
import { type RunConfigInput, resolveConfig, seededRandom } from '../../src/domain/index.js';
import { createRun, type PlayRunOptions, playRun, tableFor } from '../../src/run/index.js';
import { openStore, type RunRecord, type Store } from '../../src/store/index.js';
import { roleOf } from './scripted-model.js';
import { scenariosOf } from './small-scenario.js';

export const noon = () => new Date('2030-01-01T12:00:00.000Z');

/** The path of a database that is not there yet; its folder is gone after the test. */
export function newDatabase(): string {
  const folder = mkdtempSync(join(tmpdir(), 'entente-run-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'test.db');
}

export function openAt(path: string): Store {
  return openStore(path, { mode: 'write', now: noon });
}

/** A run written to the database, nothing played yet. */
export function plannedRun(store: Store, input: RunConfigInput, scenarios = scenariosOf(input.groups ?? 1)): RunRecord {
  const { config } = resolveConfig({ ...input, groups: scenarios.length });
  return createRun(store, config, 'fixed-name', scenarios, { random: seededRandom(1), now: noon });
}

/** Plays it with one model for all roles. */
export function playWith(
  model: ChatModel,
  store: Store,
  run: RunRecord,
  options: Partial<PlayRunOptions> = {},
): Promise<void> {
  const table = tableFor(run.config, { policy: model, opponent: model, judge: model, scorer: model });
  return playRun({ store, run, table, ...options });
}

/** The rehearsal, whose judges now and then answer past the point and have to be asked again. */
export function stumblingRehearsal(): ChatModel {
  const rehearsal = createRehearsalModel();
  return {
    ...rehearsal,
    async complete(request) {
      const reply = await rehearsal.complete(request);
      const isJudge = /judge|scorer|weigher/.test(roleOf(request));
      const stumbles = isJudge && request.messages.length === 2 && request.seed % 2 === 0;
      return stumbles ? { ...reply, content: 'Let me think about that.' } : reply;
    },
  };
}

/** Everything in a database but the numbers that only tell in which order calls were finished. */
export function contentOf(path: string): Record<string, unknown[]> {
  const database = new Database(path, { readonly: true });
  try {
    const all = (sql: string) => database.prepare(sql).all();
    return {
      runs: all('SELECT * FROM runs'),
      prompts: all('SELECT * FROM prompts ORDER BY hash'),
      scenarios: all('SELECT * FROM scenarios ORDER BY key'),
      groups: all('SELECT * FROM groups ORDER BY group_id'),
      episodes: all('SELECT * FROM episodes ORDER BY episode_id'),
      weights: all('SELECT * FROM stakeholder_weights ORDER BY weights_key').map((row) => {
        const { after_call: _order, ...rest } = row as Record<string, unknown>;
        return rest;
      }),
      weight_calls: all('SELECT * FROM weight_calls ORDER BY weights_key, query, repair'),
      calls: all('SELECT * FROM calls ORDER BY episode, turn, kind, sample').map((row) => {
        const { call: _order, ...rest } = row as Record<string, unknown>;
        // As text, in which lists of tokens are soon compared.
        return JSON.stringify(rest);
      }),
    };
  } finally {
    database.close();
  }
}
