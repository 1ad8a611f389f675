/** The parts of a report in the order in which they are read: all runs first, then each. */
import type { Report } from '../report.js';
import type { RunReport } from '../run-report.js';
import type { MeasureComparison, SoloComparison } from '../solo-comparison.js';
import { counted, type Field, number, numberInterval, probability, tableOf, words } from './cells.js';
import { dynamicsSection } from './dynamics-section.js';
import { figureFields, figurePlot, sectionsOfRun } from './run-sections.js';
import { extentOf, type Scale, type Section } from './sections.js';

/** Each run's own parts come under a title with its name. */
export function sectionsOf(report: Report): Section[] {
  return [
    runsSection(report.runs),
    ...pooledSections(report),
    ...report.comparisons.map(comparisonSection),
    ...dynamicsSection(report.dynamics),
    ...report.runs.flatMap((run) => [runTitle(run), ...sectionsOfRun(run)]),
  ];
}

function runsSection(runs: readonly RunReport[]): Section {
  const about =
    'Dots are estimates, bars 95 % intervals. Dilemmas, not episodes, count as independent; failed episodes count for neither outcome.';
  const lines = runs.map((run) => ({ ...run.overall, label: run.name }));
  return {
    title: 'Conflict resolution',
    level: 2,
    about,
    plot: figurePlot(lines),
    table: tableOf(figureFields('run'), lines),
  };
}

function runTitle({ name, protocol, mode, decoding, learner, seed, step, policy, status }: RunReport): Section {
  const facts = [protocol, mode, decoding, `learner in seat ${learner}`, `seed ${seed}`, status, `policy ${policy}`];
  if (step !== null) facts.push(`training step ${step}`);
  return { title: `Run ${name}`, level: 2, about: `${facts.join(' · ')}.`, plot: null, table: null };
}

function pooledSections({ decodings, seats }: Report): Section[] {
  const section = (
    title: string,
    head: string,
    lines: readonly Parameters<typeof figurePlot>[0][number][],
  ): Section[] =>
    lines.length < 2
      ? []
      : [
          {
            title,
            level: 2,
            about: 'Deliberation runs pooled.',
            plot: figurePlot(lines),
            table: tableOf(figureFields(head), lines),
          },
        ];
  return [
    ...section(
      'By decoding',
      'decoding',
      decodings.map((line) => ({ ...line, label: line.decoding })),
    ),
    ...section(
      'By seat of the learner',
      'seat',
      seats.map((line) => ({ ...line, label: line.learner })),
    ),
  ];
}

const measureFields: Field<MeasureComparison>[] = [
  ['measure', ({ measure }) => words(measureName(measure))],
  ['deliberation', ({ deliberation }) => number(deliberation)],
  ['solo', ({ solo }) => number(solo)],
  ['difference', ({ difference }) => number(difference)],
  ['95 %', ({ interval }) => numberInterval(interval)],
  ['dilemmas higher', ({ higher }) => counted(higher)],
  ['lower', ({ lower }) => counted(lower)],
  ['sign test p', ({ p }) => probability(p)],
  ['p (Holm)', ({ p_holm }) => probability(p_holm)],
];

export function measureName(measure: MeasureComparison['measure']): string {
  return measure === 'ca_score' ? 'overall' : measure;
}

function comparisonSection({ deliberation, solo, scenarios, dilemmas, measures }: SoloComparison): Section {
  const marks = measures.flatMap(({ measure, difference, interval }) =>
    difference === null ? [] : [{ label: measureName(measure), marks: [{ value: difference, interval }] }],
  );
  const reach = Math.max(
    1,
    ...marks.flatMap((line) => line.marks.flatMap(extentOf)).map((value) => Math.ceil(Math.abs(value))),
  );
  const scale: Scale = {
    ...{ title: 'deliberation − solo, points of CA', low: -reach, high: reach, format: 'score' },
    ticks: Array.from({ length: 2 * reach + 1 }, (_, index) => index - reach),
  };
  return {
    title: `${deliberation} (deliberation) against ${solo} (solo)`,
    level: 2,
    about: `CA scores paired by scenario: ${scenarios} in both, of ${dilemmas} dilemmas. Intervals by bootstrap over dilemmas.`,
    plot: marks.length === 0 ? null : { kind: 'intervals', panels: [scale], lines: marks, reference: 0 },
    table: tableOf(measureFields, measures),
  };
}
