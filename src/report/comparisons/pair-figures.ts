/**
 * What a pairwise comparison of two runs comes to, from the stored verdicts alone. A win counts only where the judge
 * prefers the same answer in both orders (arXiv 2603.10476).
 */
import type { PairwiseQuestion } from '../../domain/index.js';
import type { ComparisonRow } from '../../store/index.js';
import { type ClusterSum, type Interval, meanInterval, signTest, wilsonInterval } from '../statistics/index.js';

/** Rates are shares of `comparisons`, 0 to 1, and null where there is none. */
export interface QuestionFigures {
  question: PairwiseQuestion;
  /** Tasks times judged runs in which both orders could be read. */
  comparisons: number;
  wins_a: number;
  wins_b: number;
  /** Both orders say tie. */
  ties: number;
  /** The two orders contradict each other: no win for either. */
  inconsistent: number;
  /** A verdict could not be read, even after its repair try. */
  unread: number;
  /** Never answered: the call failed. */
  unasked: number;
  win_rate_a: number | null;
  /** Bootstrap over dilemmas, Wilson's over dilemmas for a rate of 0 or 1; null with fewer than two dilemmas. */
  win_rate_a_interval: Interval | null;
  win_rate_b: number | null;
  win_rate_b_interval: Interval | null;
  tie_rate: number | null;
  inconsistent_rate: number | null;
  /** A's wins of all wins: what is left without ties and inconsistent verdicts. */
  decided_rate_a: number | null;
  /** A's win rate in each judged run, and over these its mean and sample standard deviation (null for one run). */
  judged_runs: (number | null)[];
  win_rate_a_mean: number | null;
  win_rate_a_sd: number | null;
  /** Of single verdicts that are no tie, those for the answer shown first; 0.5 for a judge without a leaning. */
  first_position_rate: number | null;
  /** Dilemmas in which one of the two won more often: all that the test has to go by. */
  decisive_dilemmas: number;
  /** Sign test over dilemmas, two-sided, as it stands and corrected (Holm) for all tests of the comparison. */
  p: number | null;
  p_holm: number | null;
}

export interface QuestionInput {
  question: PairwiseQuestion;
  rows: readonly ComparisonRow[];
  /** Tasks that were to be judged. */
  tasks: number;
  repeats: number;
  seed: number;
}

/** `p_holm` is null until `correctTogether` has seen all figures of the comparison. */
export function figuresOfQuestion({ question, rows, tasks, repeats, seed }: QuestionInput): QuestionFigures {
  const read = rows.filter(({ winner }) => winner !== null);
  const count = (winner: string) => read.filter((row) => row.winner === winner).length;
  const [winsA, winsB, ties, inconsistent] = [count('a'), count('b'), count('tie'), count('inconsistent')];
  const judgedRuns = Array.from({ length: repeats }, (_, repeat) => winRateIn(read, repeat));
  const known = judgedRuns.filter((rate) => rate !== null);
  const test = signTest(leadsByDilemma(read));
  return {
    question,
    comparisons: read.length,
    wins_a: winsA,
    wins_b: winsB,
    ties,
    inconsistent,
    unread: rows.length - read.length,
    unasked: tasks * repeats - rows.length,
    win_rate_a: share(winsA, read.length),
    win_rate_a_interval: intervalOf(read, 'a', seed),
    win_rate_b: share(winsB, read.length),
    win_rate_b_interval: intervalOf(read, 'b', seed),
    tie_rate: share(ties, read.length),
    inconsistent_rate: share(inconsistent, read.length),
    decided_rate_a: share(winsA, winsA + winsB),
    judged_runs: judgedRuns,
    win_rate_a_mean: meanOf(known),
    win_rate_a_sd: sampleSdOf(known),
    first_position_rate: firstPositionRate(rows),
    decisive_dilemmas: test.decisive,
    p: test.p,
    p_holm: null,
  };
}

function winRateIn(read: readonly ComparisonRow[], repeat: number): number | null {
  const these = read.filter((row) => row.repeat === repeat);
  return share(these.filter(({ winner }) => winner === 'a').length, these.length);
}

function intervalOf(read: readonly ComparisonRow[], winner: 'a' | 'b', seed: number): Interval | null {
  const clusters = byDilemma(read).map(
    (rows): ClusterSum => ({ sum: rows.filter((row) => row.winner === winner).length, count: rows.length }),
  );
  const won = clusters.reduce((sum, cluster) => sum + cluster.sum, 0);
  // Drawn again, all wins or none stay all or none; Wilson's interval over dilemmas knows how few they were.
  if (clusters.length > 1 && (won === 0 || won === read.length))
    return wilsonInterval(won === 0 ? 0 : clusters.length, clusters.length);
  return meanInterval(clusters, { seed });
}

/** Wins of A less wins of B, for each dilemma: what its samples and judged runs say together. */
function leadsByDilemma(read: readonly ComparisonRow[]): number[] {
  return byDilemma(read).map((rows) =>
    rows.reduce((lead, { winner }) => lead + (winner === 'a' ? 1 : winner === 'b' ? -1 : 0), 0),
  );
}

export function byDilemma<Row extends { dilemma_id: string }>(rows: readonly Row[]): Row[][] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const cluster = found.get(row.dilemma_id);
    if (cluster === undefined) found.set(row.dilemma_id, [row]);
    else cluster.push(row);
  }
  return [...found.values()];
}

function firstPositionRate(rows: readonly ComparisonRow[]): number | null {
  let decided = 0;
  let first = 0;
  for (const { shown_a_first, shown_b_first } of rows) {
    for (const [preferred, shown] of [
      [shown_a_first, 'a'],
      [shown_b_first, 'b'],
    ] as const) {
      if (preferred === null || preferred === 'tie') continue;
      decided++;
      if (preferred === shown) first++;
    }
  }
  return share(first, decided);
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

export function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Null for fewer than two values. */
export function sampleSdOf(values: readonly number[]): number | null {
  const centre = meanOf(values);
  if (centre === null || values.length < 2) return null;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
