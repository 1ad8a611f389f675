/** A comparison of two runs or more as one plain object: every rendering shows the numbers of this object. */
import type { Decoding, PairwiseQuestion } from '../../domain/index.js';
import type { ComparisonRow } from '../../store/index.js';
import { holmCorrection } from '../statistics/index.js';
import { figuresOfQuestion, type QuestionFigures } from './pair-figures.js';
import { type PlacedRow, type Ranking, rankRuns } from './ranking.js';

export interface ComparedRun {
  run_id: string;
  name: string;
  protocol: 'deliberation' | 'solo';
  decoding: Decoding;
  policy: string;
}

export interface PairFigures {
  run_a: string;
  run_b: string;
  /** Tasks that both answered. */
  tasks: number;
  /** Tasks of both runs without an answer of the one or the other: they count for neither. */
  missing_a: number;
  missing_b: number;
  /** Tasks that only one of the two was given. */
  only_a: number;
  only_b: number;
  questions: QuestionFigures[];
}

export interface ComparisonReport {
  runs: ComparedRun[];
  judge: { model: string; temperature: number };
  /** How often everything was judged. */
  judged_runs: number;
  seed: number;
  pairs: PairFigures[];
  /** For more than two runs, one for each question. */
  rankings: Ranking[];
  notes: string[];
}

/** One pair as it was judged: counts of its tasks, and its rows seen from run A. */
export interface JudgedPair extends Omit<PairFigures, 'questions'> {
  rows: readonly ComparisonRow[];
}

export interface ComparisonInput extends Pick<ComparisonReport, 'runs' | 'judge' | 'judged_runs' | 'seed' | 'notes'> {
  questions: readonly PairwiseQuestion[];
  pairs: readonly JudgedPair[];
}

/** Tests are corrected together: all questions of all pairs are one family. */
export function reportComparison({ questions, pairs, notes, ...head }: ComparisonInput): ComparisonReport {
  const figures = correctTogether(pairs.map((pair) => figuresOfPair(pair, questions, head)));
  const report = { ...head, pairs: figures, rankings: rankingsOf(head, questions, pairs) };
  return { ...report, notes: [...notes, ...notesOn(report)] };
}

/** The figures of one pair; `p_holm` stays null until `correctTogether`. */
export function figuresOfPair<Pair extends JudgedPair>(
  { rows, ...pair }: Pair,
  questions: readonly PairwiseQuestion[],
  { judged_runs, seed }: Pick<ComparisonReport, 'judged_runs' | 'seed'>,
): Omit<Pair, 'rows'> & Pick<PairFigures, 'questions'> {
  const { tasks } = pair;
  const of = (question: PairwiseQuestion) =>
    rows.filter((row) => row.question === question && row.repeat < judged_runs);
  return {
    ...pair,
    questions: questions.map((question) =>
      figuresOfQuestion({ question, rows: of(question), tasks, repeats: judged_runs, seed }),
    ),
  };
}

/** Holm's correction over all tests of these pairs. */
export function correctTogether<Pair extends PairFigures>(pairs: readonly Pair[]): Pair[] {
  const corrected = holmCorrection(pairs.flatMap(({ questions }) => questions.map(({ p }) => p)));
  let next = 0;
  return pairs.map((pair) => ({
    ...pair,
    questions: pair.questions.map((figures) => ({ ...figures, p_holm: corrected[next++] ?? null })),
  }));
}

function rankingsOf(
  { runs, judged_runs, seed }: Pick<ComparisonReport, 'runs' | 'judged_runs' | 'seed'>,
  questions: readonly PairwiseQuestion[],
  pairs: readonly JudgedPair[],
): Ranking[] {
  if (runs.length < 3) return [];
  const names = runs.map(({ name }) => name);
  return questions.map((question) => rankRuns(question, names, placedRows(names, question, pairs, judged_runs), seed));
}

/** Verdicts on one question, with the places of their two runs among the names. */
export function placedRows(
  names: readonly string[],
  question: PairwiseQuestion,
  pairs: readonly Pick<JudgedPair, 'run_a' | 'run_b' | 'rows'>[],
  repeats: number,
): PlacedRow[] {
  return pairs.flatMap(({ run_a, run_b, rows }) =>
    rows
      .filter((row) => row.question === question && row.repeat < repeats)
      .map(({ dilemma_id, winner }) => ({ dilemma_id, winner, a: names.indexOf(run_a), b: names.indexOf(run_b) })),
  );
}

/** With fewer decisive dilemmas the smallest p that the sign test can give is over 0.05. */
const leastDecisive = 6;
/** A share of inconsistent verdicts above which the judge tells more about positions than about answers. */
const mostInconsistent = 0.2;

/** What a reader must not miss. */
export function notesOn({
  pairs,
  judge,
  judged_runs,
}: Pick<ComparisonReport, 'pairs' | 'judge' | 'judged_runs'>): string[] {
  const notes: string[] = [];
  for (const pair of pairs) notes.push(...notesOnPair(pair));
  const all = pairs.flatMap(({ questions }) => questions);
  const undecided = all.filter(({ decisive_dilemmas }) => decisive_dilemmas < leastDecisive).length;
  if (undecided > 0)
    notes.push(
      `${undecided} of ${all.length} tests rest on fewer than ${leastDecisive} dilemmas that tell the two apart, too few to show anything; compare on more tasks.`,
    );
  if (judged_runs > 1 && judge.temperature === 0)
    notes.push(
      `${judge.model} judges greedily: its ${judged_runs} judged runs differ only where the server does; give the judge a temperature.`,
    );
  return notes;
}

function notesOnPair(pair: PairFigures): string[] {
  const name = `${pair.run_a} and ${pair.run_b}`;
  const notes: string[] = [];
  const missing = pair.missing_a + pair.missing_b;
  if (missing > 0)
    notes.push(
      `${name}: ${missing} answers are missing (${pair.run_a} ${pair.missing_a}, ${pair.run_b} ${pair.missing_b}); their tasks count for neither. \`entente resume RUN --retry-failed\` fills them in.`,
    );
  const alone = pair.only_a + pair.only_b;
  if (alone > 0) notes.push(`${name}: ${alone} tasks were given to one of the two only and are left out.`);
  for (const { question, inconsistent_rate, unread, unasked } of pair.questions) {
    const about = `${name}, ${questionNames[question]}`;
    if (inconsistent_rate !== null && inconsistent_rate > mostInconsistent)
      notes.push(
        `${about}: ${Math.round(100 * inconsistent_rate)} % of the verdicts change with the order of the answers; take a better judge.`,
      );
    if (unread > 0) notes.push(`${about}: ${unread} verdicts could not be read; they count for neither.`);
    if (unasked > 0)
      notes.push(`${about}: ${unasked} comparisons were not answered; the same command asks them again.`);
  }
  return notes;
}

/** As the columns of the paper are named (arXiv 2603.10476). */
export const questionNames = { ca: 'CA', resolution: 'conflict resolution' } as const;
