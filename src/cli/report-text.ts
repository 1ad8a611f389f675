/** A report as lines for people, in 80 columns: what is in the tables of its Markdown and HTML, shortened. */
import {
  aspectNames,
  type DynamicsPoint,
  type Figures,
  type Interval,
  type Report,
  type RunReport,
  type SoloComparison,
} from '../report/index.js';
import { decimal, decimalInterval, percent, percentInterval, pValue } from './format.js';
import {
  groupLine,
  markedLines,
  noteLines,
  outcomeTable,
  stakeholderLines,
  tierTable,
  tokenLine,
} from './summary-text.js';
import { tableLines } from './table.js';
import { cutText, type Palette, printable } from './terminal.js';

const right = 'right' as const;

/** How the episodes of a run may be broken down further. */
export const breakdowns = ['domain', 'pair'] as const;
export type Breakdown = (typeof breakdowns)[number];

export function runLines(
  run: RunReport,
  { by, diagnostics, palette }: { by: readonly Breakdown[]; diagnostics: readonly string[]; palette: Palette },
): string[] {
  const { protocol, mode, decoding, learner, seed, status, step } = run;
  const facts = [protocol, mode, decoding, `learner ${learner}`, `seed ${seed}`, status];
  if (step !== null) facts.push(`step ${step}`);
  const further = by.flatMap((what) => [
    ...(what === 'domain'
      ? figureTable(
          what,
          run.domains.map((line) => [line.domain, line]),
        )
      : figureTable(
          what,
          run.pairs.map((line) => [line.pair, line]),
        )),
    '',
  ]);
  return [
    `${palette.bold(run.name)}  ${facts.join(' · ')}`,
    '',
    ...tierTable(run),
    '',
    ...further,
    ...outcomeTable(run),
    '',
    ...survivalLines(run),
    ...aspectLines(run),
    groupLine(run),
    ...stakeholderLines(run),
    tokenLine(run),
    '',
    ...(diagnostics.length > 0 ? [...diagnostics, ''] : []),
    ...noteLines(run, palette),
    '',
  ];
}

/** What concerns several runs. */
export function acrossLines(report: Report, palette: Palette): string[] {
  const { decodings, seats, comparisons, dynamics, notes } = report;
  const pooled = (head: string, lines: readonly (readonly [string, Figures])[]) =>
    lines.length < 2 ? [] : [...figureTable(head, lines), ''];
  return [
    ...pooled(
      'decoding',
      decodings.map((line) => [line.decoding, line]),
    ),
    ...pooled(
      'learner',
      seats.map((line) => [line.learner, line]),
    ),
    ...comparisons.flatMap((comparison) => comparisonLines(comparison, palette)),
    ...dynamicsLines(dynamics, palette),
    ...notes.flatMap((note) => markedLines(note, palette)),
    ...(notes.length > 0 ? [''] : []),
  ];
}

/** One line for each name: agreement rate, rounds and CA, each with its interval. */
function figureTable(head: string, lines: readonly (readonly [string, Figures])[]): string[] {
  return tableLines(
    [
      { head },
      { head: 'episodes', align: right },
      { head: 'agreed', align: right },
      { head: 'rounds', align: right },
      { head: 'CA', align: right },
    ],
    lines.map(([name, line]) => [
      cutText(printable(name), 22),
      String(line.episodes),
      withInterval(percent(line.agreement_rate), percentInterval(line.agreement_interval)),
      withInterval(decimal(line.rounds_to_agreement), shortInterval(line.rounds_interval)),
      withInterval(decimal(line.ca_mean), shortInterval(line.ca_interval)),
    ]),
  );
}

function withInterval(value: string, interval: string): string {
  return interval === '–' ? value : `${value} (${interval.replace(' %', '')})`;
}

function shortInterval(interval: Interval | null): string {
  return interval === null ? '–' : `${decimal(interval.low)}–${decimal(interval.high)}`;
}

const barWidth = 24;

function survivalLines({ survival, overall }: RunReport): string[] {
  if (survival.steps.length === 0) return [];
  const table = tableLines(
    [
      { head: 'round', align: right },
      { head: 'not agreed yet', align: right },
      { head: '95 % interval', align: right },
      { head: '' },
    ],
    survival.steps.map(({ time, survival: share, interval }) => [
      String(time),
      percent(share),
      percentInterval(interval),
      '█'.repeat(Math.round(share * barWidth)),
    ]),
  );
  const median =
    overall.rounds_median === null
      ? ' fewer than half have agreed at the end; deadlocks are censored'
      : ` half have agreed by round ${overall.rounds_median}; deadlocks are censored`;
  return [...table, median, ''];
}

function aspectLines({ overall }: RunReport): string[] {
  if (overall.ca_mean === null) return [];
  const aspects = aspectNames.map((aspect) => `${aspect} ${decimal(overall[aspect])}`);
  return [` CA ${withInterval(decimal(overall.ca_mean), shortInterval(overall.ca_interval))}: ${aspects.join(' · ')}`];
}

function comparisonLines(comparison: SoloComparison, palette: Palette): string[] {
  const { deliberation, solo, scenarios, dilemmas, measures } = comparison;
  return [
    `${palette.bold(deliberation)} against ${palette.bold(solo)} (solo) · ${scenarios} scenarios, ${dilemmas} dilemmas`,
    '',
    ...tableLines(
      [
        { head: 'CA' },
        { head: 'both', align: right },
        { head: 'solo', align: right },
        { head: 'difference', align: right },
        { head: '95 % interval', align: right },
        { head: 'p', align: right },
        { head: 'p (Holm)', align: right },
      ],
      measures.map(({ measure, deliberation: ours, solo: theirs, difference, interval, p, p_holm }) => [
        measure === 'ca_score' ? 'overall' : measure,
        decimal(ours, 2),
        decimal(theirs, 2),
        decimal(difference, 2),
        decimalInterval(interval),
        pValue(p),
        pValue(p_holm),
      ]),
    ),
    '',
  ];
}

function dynamicsLines(points: readonly DynamicsPoint[], palette: Palette): string[] {
  if (new Set(points.map(({ step }) => step)).size < 2) return [];
  return [
    palette.bold('training dynamics'),
    '',
    ...tableLines(
      [
        { head: 'step', align: right },
        { head: 'run' },
        { head: 'agreed', align: right },
        { head: 'rounds', align: right },
        { head: 'min mean max', align: right },
        { head: 'flat', align: right },
      ],
      points.map((point) => [
        String(point.step),
        cutText(printable(point.name), 16),
        withInterval(percent(point.agreement_rate), percentInterval(point.agreement_interval)),
        withInterval(decimal(point.rounds_to_agreement), shortInterval(point.rounds_interval)),
        [point.reward_min, point.reward_mean, point.reward_max].map((value) => decimal(value)).join(' '),
        percent(point.zero_variance_share),
      ]),
    ),
    ' min, mean and max: reward within a group · flat: groups without spread',
    '',
  ];
}
