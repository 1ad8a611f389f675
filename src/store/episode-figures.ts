/**
 * What a report reads of a run's episodes: figures only, and what they are broken down by. Hundreds of thousands come in
 * a moment, as no text is read per episode but the id of its group; names are read once for each group.
 */
import type { Database } from 'better-sqlite3';
import type { EpisodeRow } from './reads.js';

export type EpisodeFigures = Pick<
  EpisodeRow,
  | 'group_id'
  | 'dilemma_id'
  | 'pair_id'
  | 'tier'
  | 'domain'
  | 'status'
  | 'outcome'
  | 'rounds'
  | 'ca_score'
  | 'knowledge'
  | 'benevolence'
  | 'power'
  | 'vitality'
  | 'utility_a'
  | 'utility_b'
  | 'weight_a'
  | 'reward'
  | 'failure'
>;

type GroupNames = Pick<EpisodeRow, 'dilemma_id' | 'pair_id' | 'tier' | 'domain'>;

const statuses = ['pending', 'running', 'done', 'failed'] as const;
const outcomes = ['deadlocked', 'agreed'] as const;

/** Columns in the order of the query; status and outcome as places in the lists above. */
type Figures = [
  group_id: string,
  status: 0 | 1 | 2 | 3,
  outcome: 0 | 1 | null,
  rounds: number | null,
  ca_score: number | null,
  knowledge: number | null,
  benevolence: number | null,
  power: number | null,
  vitality: number | null,
  utility_a: number | null,
  utility_b: number | null,
  weight_a: number | null,
  reward: number | null,
  failure: string | null,
];

export function createFigureReads(database: Database) {
  const groups = database.prepare<[string], GroupNames & { group_id: string }>(
    `SELECT g.group_id, s.dilemma_id, s.pair_id, s.tier, s.domain FROM groups g JOIN scenarios s ON s.key = g.scenario
     WHERE g.run_id = ?`,
  );
  const figures = database
    .prepare<[string], Figures>(
      `SELECT group_id, CASE status WHEN 'pending' THEN 0 WHEN 'running' THEN 1 WHEN 'done' THEN 2 ELSE 3 END,
              CASE outcome WHEN 'deadlocked' THEN 0 WHEN 'agreed' THEN 1 END, rounds, ca_score, knowledge, benevolence,
              power, vitality, utility_a, utility_b, weight_a, reward, failure
       FROM episodes WHERE run_id = ? ORDER BY number`,
    )
    .raw();
  const keys = database
    .prepare<[string], [string, string]>('SELECT group_id, scenario FROM groups WHERE run_id = ? ORDER BY ordinal')
    .raw();

  return {
    /** By number. */
    episodeFigures: (runId: string): EpisodeFigures[] => {
      const names = new Map(groups.all(runId).map((group) => [group.group_id, group]));
      return figures.all(runId).map((row) => figuresOf(row, names));
    },
    /** The key of the scenario that each group of a run played, by group id. */
    scenarioKeys: (runId: string): ReadonlyMap<string, string> => new Map(keys.all(runId)),
  };
}

function figuresOf(row: Figures, names: ReadonlyMap<string, GroupNames & { group_id: string }>): EpisodeFigures {
  const group = names.get(row[0]);
  if (group === undefined) throw new Error(`no group ${row[0]}`);
  return {
    group_id: group.group_id,
    dilemma_id: group.dilemma_id,
    pair_id: group.pair_id,
    tier: group.tier,
    domain: group.domain,
    status: statuses[row[1]],
    outcome: row[2] === null ? null : outcomes[row[2]],
    rounds: row[3],
    ca_score: row[4],
    knowledge: row[5],
    benevolence: row[6],
    power: row[7],
    vitality: row[8],
    utility_a: row[9],
    utility_b: row[10],
    weight_a: row[11],
    reward: row[12],
    failure: row[13],
  };
}
