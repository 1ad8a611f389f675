/** A run's episodes as a table: filtered, sorted and cut to a window by SQLite, every value bound. */
import type { Database } from 'better-sqlite3';
import type { Outcome, Tier } from '../domain/index.js';
import type { Status } from './runs.js';
import { type Condition, createTextCondition } from './search.js';

export const sortableColumns = [
  'number',
  'rounds',
  'reward',
  'ca_score',
  'knowledge',
  'benevolence',
  'power',
  'vitality',
  'finished_at',
] as const;
export type SortableColumn = (typeof sortableColumns)[number];

/** What is absent does not filter; bounds are inclusive. */
export interface EpisodeFilter {
  runId: string;
  status?: Status;
  /** `none`: ended without an outcome. */
  outcome?: Outcome | 'none';
  tier?: Tier;
  domain?: string;
  pair?: string;
  dilemma?: string;
  group?: string;
  rounds?: Range;
  score?: Range;
  /** Which score that bounds; absent: the overall one. */
  scoreOf?: 'ca_score' | 'knowledge' | 'benevolence' | 'power' | 'vitality';
  reward?: Range;
  /** A code, or `any`. */
  failure?: string;
  /** Words; see `createTextCondition`. */
  text?: string;
}

export interface Range {
  min?: number;
  max?: number;
  /** Exclusive. */
  below?: number;
}

export interface EpisodeWindow {
  sort: SortableColumn;
  descending: boolean;
  /** Rows left out before the first, and rows at most. */
  offset: number;
  limit: number;
}

/** One row of the table. Times ISO 8601. */
export interface ListedEpisode {
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
  reward: number | null;
  failure: string | null;
  failure_message: string | null;
  started_at: string | null;
  finished_at: string | null;
}

const columns = `e.episode_id, e.number, e.group_id, e.sample_index, s.dilemma_id, s.pair_id, s.tier, s.domain, e.status,
  e.outcome, e.rounds, e.ca_score, e.knowledge, e.benevolence, e.power, e.vitality, e.reward, e.failure,
  e.failure_message, e.started_at, e.finished_at`;
const tables = 'episodes e JOIN groups g ON g.group_id = e.group_id JOIN scenarios s ON s.key = g.scenario';

export function createEpisodeTable(database: Database) {
  const textCondition = createTextCondition(database);
  const ofGroup = database.prepare<[string], ListedEpisode>(
    `SELECT ${columns} FROM ${tables} WHERE e.group_id = ? ORDER BY e.sample_index`,
  );
  const byId = database.prepare<[string], ListedEpisode & { run_id: string }>(
    `SELECT ${columns}, e.run_id FROM ${tables} WHERE e.episode_id = ?`,
  );
  const rewards = database.prepare<[string], { group_id: string; episode_id: string; reward: number | null }>(
    `SELECT group_id, episode_id, reward FROM episodes
     WHERE group_id IN (SELECT value FROM json_each(?)) ORDER BY group_id, sample_index`,
  );
  const numbered = database
    .prepare<[string, number], string>('SELECT episode_id FROM episodes WHERE run_id = ? AND number = ?')
    .pluck();

  return {
    countEpisodes: (filter: EpisodeFilter): number => {
      const { from, sql, values } = selectionOf(filter, textCondition);
      return (
        database
          .prepare<unknown[], number>(`SELECT count(*) FROM ${from} WHERE ${sql}`)
          .pluck()
          .get(...values) ?? 0
      );
    },
    listEpisodes: (filter: EpisodeFilter, { sort, descending, offset, limit }: EpisodeWindow): ListedEpisode[] => {
      const { from, sql, values, isSmall } = selectionOf(filter, textCondition);
      const direction = descending ? 'DESC' : 'ASC';
      // The window is cut before the joins: only its own rows are looked up. A small selection is sorted; a large one is met
      // in the order of an index.
      const windowed = `SELECT e.episode FROM ${from} WHERE ${sql}
        ORDER BY ${isSmall ? '+' : ''}e.${sort} ${direction} NULLS LAST, e.number ${direction} LIMIT ? OFFSET ?`;
      return database
        .prepare<unknown[], ListedEpisode>(
          `SELECT ${columns} FROM ${tables} WHERE e.episode IN (${windowed})
           ORDER BY e.${sort} ${direction} NULLS LAST, e.number ${direction}`,
        )
        .all(...values, limit, offset);
    },
    listedGroup: (groupId: string): ListedEpisode[] => ofGroup.all(groupId),
    listedEpisode: (episodeId: string): (ListedEpisode & { run_id: string }) | null => byId.get(episodeId) ?? null,
    rewardsOfGroups: (groupIds: readonly string[]) => rewards.all(JSON.stringify(groupIds)),
    episodeIdAt: (runId: string, number: number): string | null => numbered.get(runId, number) ?? null,
  };
}

/** What is selected, by the way that costs least: from few groups to their episodes, or from the run's episodes. */
function selectionOf(filter: EpisodeFilter, textCondition: (text: string) => Condition) {
  const groups = groupsOf(filter);
  // The plus keeps SQLite from looking up every episode of the run among the groups, by the index on the run.
  const { sql, values } = conditionsOf(filter, textCondition, groups === null ? 'e.run_id' : '+e.run_id');
  if (groups === null) return { from: 'episodes e', sql, values, isSmall: filter.failure !== undefined };
  const from = `(${groups.sql}) m CROSS JOIN episodes e ON e.group_id = m.group_id`;
  return { from, sql, values: [...groups.values, ...values], isSmall: true };
}

function conditionsOf(
  filter: EpisodeFilter,
  textCondition: (text: string) => Condition,
  runColumn: 'e.run_id' | '+e.run_id',
): Condition {
  const { runId, status, outcome, group, failure, text } = filter;
  const conditions: Condition[] = [{ sql: `${runColumn} = ?`, values: [runId] }];
  const add = (sql: string, ...values: (string | number)[]) => void conditions.push({ sql, values });
  if (status !== undefined) add('e.status = ?', status);
  if (outcome === 'none') add("e.outcome IS NULL AND e.status IN ('done', 'failed')");
  else if (outcome !== undefined) add('e.outcome = ?', outcome);
  if (group !== undefined) add('e.group_id = ?', group);
  if (failure === 'any') add('e.failure IS NOT NULL');
  else if (failure !== undefined) add('e.failure = ?', failure);
  for (const [column, range] of rangesOf(filter)) {
    if (range?.min !== undefined) add(`e.${column} >= ?`, range.min);
    if (range?.max !== undefined) add(`e.${column} <= ?`, range.max);
    if (range?.below !== undefined) add(`e.${column} < ?`, range.below);
  }
  if (text !== undefined) conditions.push(textCondition(text));
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  };
}

function rangesOf({ rounds, score, scoreOf = 'ca_score', reward }: EpisodeFilter) {
  return [
    ['rounds', rounds],
    [scoreOf, score],
    ['reward', reward],
  ] as const;
}

/** The groups whose scenarios are wanted; null where any is. */
function groupsOf({ runId, tier, domain, pair, dilemma }: EpisodeFilter): Condition | null {
  const wanted = Object.entries({ tier, domain, pair_id: pair, dilemma_id: dilemma }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  if (wanted.length === 0) return null;
  return {
    sql: `SELECT g.group_id FROM groups g JOIN scenarios s ON s.key = g.scenario
      WHERE g.run_id = ? AND ${wanted.map(([column]) => `s.${column} = ?`).join(' AND ')}`,
    values: [runId, ...wanted.map(([, value]) => value)],
  };
}
