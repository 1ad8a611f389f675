/** One scale for more than two runs: Bradley–Terry scores from all their comparisons with each other. */
import type { PairwiseQuestion } from '../../domain/index.js';
import type { ComparisonRow } from '../../store/index.js';
import { bootstrapInterval, bradleyTerry, type Interval } from '../statistics/index.js';
import { byDilemma } from './pair-figures.js';

export interface RankedRun {
  run: string;
  /** Consistent wins over all others. */
  wins: number;
  /** Natural log of its strength; all scores of a ranking sum to 0. */
  score: number;
  /** Bootstrap over dilemmas; null with fewer than two. */
  interval: Interval | null;
}

export interface Ranking {
  question: PairwiseQuestion;
  /** Strongest first. */
  runs: RankedRun[];
}

/** A comparison row, with the places of its two runs in the list of names. */
export interface PlacedRow extends Pick<ComparisonRow, 'dilemma_id' | 'winner'> {
  a: number;
  b: number;
}

/** Keeps scores finite where a run won always: one imaginary comparison of every two, half won by each. */
const prior = 1;
/** Each replicate fits all scores anew, so there are fewer than for a mean. */
const replicates = 500;

/** A tie and an inconsistent verdict count half for either: neither tells the two apart. */
export function rankRuns(
  question: PairwiseQuestion,
  names: readonly string[],
  rows: readonly PlacedRow[],
  seed: number,
): Ranking {
  const clusters = byDilemma(rows.filter(({ winner }) => winner !== null)).map((these) => tallyOf(names.length, these));
  const estimate = (drawn: readonly number[][][]) => bradleyTerry(names, summed(names.length, drawn), { prior });
  const scores = estimate(clusters);
  // The same seed draws the same clusters for every run, so that each draw is fitted once.
  const fits: number[][] = [];
  const runs = scores.map(({ name, score }, place): RankedRun => {
    let draw = 0;
    const drawnScore = (drawn: readonly number[][][]): number | null => {
      const fitted = fits[draw] ?? estimate(drawn).map((one) => one.score);
      fits[draw++] = fitted;
      return fitted[place] ?? null;
    };
    const interval = bootstrapInterval(clusters, drawnScore, { replicates, seed });
    const wins = rows.filter(({ a, b, winner }) => (winner === 'a' && a === place) || (winner === 'b' && b === place));
    return { run: name, wins: wins.length, score, interval };
  });
  return { question, runs: runs.sort((one, other) => other.score - one.score) };
}

function tallyOf(count: number, rows: readonly PlacedRow[]): number[][] {
  const wins = emptyTable(count);
  for (const { a, b, winner } of rows) {
    const forA = winner === 'a' ? 1 : winner === 'b' ? 0 : 0.5;
    add(wins, a, b, forA);
    add(wins, b, a, 1 - forA);
  }
  return wins;
}

function summed(count: number, tables: readonly number[][][]): number[][] {
  const sum = emptyTable(count);
  for (const table of tables) {
    for (const [a, line] of table.entries()) for (const [b, value] of line.entries()) add(sum, a, b, value);
  }
  return sum;
}

function emptyTable(count: number): number[][] {
  return Array.from({ length: count }, () => Array.from({ length: count }, () => 0));
}

function add(table: number[][], row: number, column: number, value: number): void {
  const line = table[row];
  if (line !== undefined) line[column] = (line[column] ?? 0) + value;
}
