/** The parts of a comparison: which runs, who won against whom, and for more than two runs their scores on one scale. */
import { type ComparedRun, type ComparisonReport, type PairFigures, questionNames } from './comparison-report.js';
import type { QuestionFigures } from './pair-figures.js';
import type { RankedRun, Ranking } from './ranking.js';
import {
  counted,
  type DocumentParts,
  type Field,
  number,
  numberInterval,
  probability,
  rateInterval,
  rateWithSd,
  type Section,
  tableOf,
  wholeRate,
  words,
} from './sections.js';

export function comparisonParts(report: ComparisonReport): DocumentParts {
  const letters = new Map(report.runs.map(({ name }, index) => [name, letterOf(index)]));
  const labelOf = (name: string) => letters.get(name) ?? name;
  const { judge, judged_runs, seed } = report;
  const about = `Judge ${judge.model} at temperature ${judge.temperature}, ${judged_runs} judged ${judged_runs === 1 ? 'run' : 'runs'}, seed ${seed}.`;
  const runFields: readonly Field<ComparedRun>[] = [
    ['', ({ name }) => words(labelOf(name))],
    ['run', ({ name }) => words(name)],
    ['protocol', ({ protocol }) => words(protocol)],
    ['decoding', ({ decoding }) => words(decoding)],
    ['policy', ({ policy }) => words(policy)],
  ];
  return {
    title: `Comparison of ${report.runs.map(({ name }) => name).join(', ')}`,
    notes: report.notes,
    sections: [
      { title: 'Runs', about, table: tableOf(runFields, report.runs, runFields.length) },
      pairsSection(report.pairs, (pair) => `${labelOf(pair.run_a)} over ${labelOf(pair.run_b)}`),
      ...report.rankings.map((ranking) => rankingSection(ranking)),
    ],
  };
}

/** A, B, … Z, then 27 and on. */
function letterOf(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
}

type Line<Pair> = QuestionFigures & { pair: Pair };

/** Every pair and question, with all that its win rate leaves out. */
export function pairsSection<Pair extends PairFigures>(
  pairs: readonly Pair[],
  nameOf: (pair: Pair) => string,
  title = 'Pairwise verdicts',
): Section {
  const fields: readonly Field<Line<Pair>>[] = [
    ['', ({ pair }) => words(nameOf(pair))],
    ['question', ({ question }) => words(question)],
    ['wins', ({ win_rate_a, win_rate_a_sd }) => rateWithSd(win_rate_a, win_rate_a_sd)],
    ['95 %', ({ win_rate_a_interval }) => rateInterval(win_rate_a_interval)],
    ['losses', ({ win_rate_b }) => wholeRate(win_rate_b)],
    ['ties', ({ tie_rate }) => wholeRate(tie_rate)],
    ['flips', ({ inconsistent_rate }) => wholeRate(inconsistent_rate)],
    ['first', ({ first_position_rate }) => wholeRate(first_position_rate)],
    ['n', ({ comparisons }) => counted(comparisons)],
    ['p', ({ p_holm }) => probability(p_holm)],
  ];
  const lines = pairs.flatMap((pair) => pair.questions.map((figures) => ({ ...figures, pair })));
  return { title, about: howToRead, table: tableOf(fields, lines, 2) };
}

const howToRead =
  'A win counts only where the judge prefers the same answer in both orders; ± is the SD over judged runs, the interval a bootstrap over dilemmas. flips: verdicts that change with the order. first: verdicts for the answer shown first, of those that are no tie. n: tasks times judged runs. p: sign test over dilemmas, Holm-corrected.';

export function rankingSection({ question, runs }: Ranking, title?: string): Section {
  const fields: readonly Field<RankedRun>[] = [
    ['', ({ run }) => words(run)],
    ['score', ({ score }) => number(score)],
    ['95 %', ({ interval }) => numberInterval(interval)],
    ['wins', ({ wins }) => counted(wins)],
  ];
  const about =
    'Bradley–Terry scores: of two whose scores differ by d, the higher wins with probability 1 / (1 + exp(−d)). Ties and flips count half for either; interval by bootstrap over dilemmas.';
  return { title: title ?? `Ranking, ${questionNames[question]}`, about, table: tableOf(fields, runs) };
}
