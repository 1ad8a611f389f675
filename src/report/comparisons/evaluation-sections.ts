/**
 * The parts of an evaluation. The first table of each set has the rows and columns of the paper: models, and by each
 * measure greedy beside sampled (arXiv 2603.10476).
 */

import type { EvalDecoding, EvalSet, PairwiseQuestion } from '../../domain/index.js';
import type { Cell, DataTable } from '../page/sections.js';
import { pairsSection, rankingSection } from './comparison-sections.js';
import type { EvaluatedPair, EvaluationReport, SystemFigures } from './evaluation-report.js';
import {
  counted,
  type DocumentParts,
  type Field,
  meanWithSd,
  rateInterval,
  rateWithSd,
  type Section,
  tableOf,
  words,
} from './sections.js';

/** `wide`: a row for each model, as in the paper. `narrow`: a row for each measure, for 80 columns. */
export type Shape = 'wide' | 'narrow';

export function evaluationParts(report: EvaluationReport, shape: Shape): DocumentParts {
  const sets = [...new Set(report.systems.map(({ set }) => set))];
  return {
    title: `Evaluation ${report.name}: ${report.models.join(', ')}`,
    notes: report.notes,
    sections: [
      ...sets.flatMap((set) => setSections(report, set, shape)),
      systemsSection(report.systems),
      ...(shape === 'wide' ? [pairsSection(report.pairs, pairLabel, 'All pairwise verdicts')] : []),
      ...report.rankings.map((ranking) => {
        const { set, decoding, protocol } = ranking;
        return rankingSection(
          ranking,
          `Ranking, ${questionTitles[ranking.question]}, ${set}, ${decoding}, ${protocol}`,
        );
      }),
    ],
  };
}

const questionTitles = { ca: 'CA', resolution: 'conflict resolution' } as const;
const setTitles = { conflict: 'Conflict tasks', open: 'Open-ended prompts' } as const;

/** One measure: its name, and its cell for the row and decoding asked for. */
type Measure<Row> = readonly [name: string, cell: (row: Row, decoding: EvalDecoding) => Cell];

function setSections(report: EvaluationReport, set: EvalSet, shape: Shape): Section[] {
  const pairs = report.pairs.filter((pair) => pair.set === set);
  const decodings = [...new Set(report.systems.map(({ decoding }) => decoding))];
  const find = <Item extends { decoding: EvalDecoding }>(items: readonly Item[], labelOf: (item: Item) => string) => {
    return (label: string, decoding: EvalDecoding) =>
      items.find((item) => labelOf(item) === label && item.decoding === decoding);
  };
  const systems = report.systems.filter((system) => system.set === set && system.protocol === 'deliberation');
  const baselines = pairs.filter(({ kind }) => kind === 'baseline');
  const measures = [
    ...(baselines.length > 0
      ? winMeasures(
          set,
          find(baselines, ({ model_a }) => model_a),
        )
      : []),
    ...(systems.length > 0 ? settlementMeasures(find(systems, ({ model }) => model)) : []),
  ];
  const title = `${setTitles[set]}: deliberation over the own single agent`;
  const own = { title, about: spreadOf(report), table: tabulate('model', report.models, measures, decodings, shape) };
  const contests = (['deliberation', 'solo'] as const).flatMap((protocol): Section[] => {
    const these = pairs.filter(({ kind, protocol_a }) => kind === 'models' && protocol_a === protocol);
    const labels = [...new Set(these.map(contestLabel))];
    const wins = winMeasures(set, find(these, contestLabel));
    const heading = `${setTitles[set]}: model over model, ${protocol === 'solo' ? 'single agents' : protocol}`;
    const table = tabulate('pair', labels, wins, decodings, shape);
    return these.length === 0 ? [] : [{ title: heading, about: null, table }];
  });
  return [...(measures.length > 0 ? [own] : []), ...contests];
}

function spreadOf({ judged_runs, samples }: EvaluationReport): string {
  const ofRates = `Win rates: mean ± SD over ${judged_runs} judged ${judged_runs === 1 ? 'run' : 'runs'}.`;
  return samples === 1 ? ofRates : `${ofRates} Agreement and rounds: mean ± SD over ${samples} samples of each task.`;
}

function winMeasures(
  set: EvalSet,
  find: (label: string, decoding: EvalDecoding) => EvaluatedPair | undefined,
): Measure<string>[] {
  const cell = (question: PairwiseQuestion) => (label: string, decoding: EvalDecoding) => {
    const figures = find(label, decoding)?.questions.find((one) => one.question === question);
    return figures === undefined ? words('–') : rateWithSd(figures.win_rate_a, figures.win_rate_a_sd);
  };
  const agency: Measure<string> = ['CA win rate', cell('ca')];
  return set === 'open' ? [agency] : [agency, ['conflict-resolution win rate', cell('resolution')]];
}

function settlementMeasures(
  find: (label: string, decoding: EvalDecoding) => SystemFigures | undefined,
): Measure<string>[] {
  const cell = (draw: (system: SystemFigures) => Cell) => (label: string, decoding: EvalDecoding) => {
    const system = find(label, decoding);
    return system === undefined ? words('–') : draw(system);
  };
  return [
    ['agreement rate', cell((one) => rateWithSd(one.agreement_rate, one.agreement_rate_sd))],
    ['mean rounds to agreement', cell((one) => meanWithSd(one.rounds_to_agreement, one.rounds_to_agreement_sd))],
  ];
}

function tabulate(
  head: string,
  labels: readonly string[],
  measures: readonly Measure<string>[],
  decodings: readonly EvalDecoding[],
  shape: Shape,
): DataTable {
  if (shape === 'wide') {
    const fields = measures.flatMap(([name, cell]) =>
      decodings.map((decoding): Field<string> => [`${name}, ${decoding}`, (label) => cell(label, decoding)]),
    );
    return tableOf([[head, words], ...fields], labels);
  }
  const lines = labels.flatMap((label) => measures.map((measure) => ({ label, measure })));
  const fields = decodings.map(
    (decoding): Field<(typeof lines)[number]> => [decoding, ({ label, measure }) => measure[1](label, decoding)],
  );
  return tableOf([[head, ({ label }) => words(label)], ['', ({ measure }) => words(measure[0])], ...fields], lines, 2);
}

function contestLabel({ model_a, model_b }: EvaluatedPair): string {
  return `${model_a} over ${model_b}`;
}

function pairLabel({ kind, set, decoding, model_a, model_b, protocol_a }: EvaluatedPair): string {
  const who = kind === 'baseline' ? `${model_a} over alone` : `${model_a} over ${model_b}`;
  return `${set} ${decoding} ${who}${kind === 'models' && protocol_a === 'solo' ? ', alone' : ''}`;
}

function systemsSection(systems: readonly SystemFigures[]): Section {
  const fields: readonly Field<SystemFigures>[] = [
    ['run', ({ run }) => words(run)],
    ['n', ({ episodes }) => counted(episodes)],
    ['agreed', ({ agreement_rate, agreement_rate_sd }) => rateWithSd(agreement_rate, agreement_rate_sd)],
    ['95 %', ({ agreement_interval }) => rateInterval(agreement_interval)],
    [
      'rounds',
      ({ rounds_to_agreement, rounds_to_agreement_sd }) => meanWithSd(rounds_to_agreement, rounds_to_agreement_sd),
    ],
    ['CA', ({ ca_mean, ca_sd }) => meanWithSd(ca_mean, ca_sd)],
  ];
  const about = 'Episodes, agreement with its 95 % interval, rounds to agreement, and the mean CA score, 0 to 5.';
  return { title: 'Systems', about, table: tableOf(fields, systems) };
}
