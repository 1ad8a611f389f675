/** A cross-judge study as lines for people: agreement with intervals, the confusion matrix, what changed most. */
import { type AgreementRate, type CrossJudge, type Interval, scoreScale } from '../report/index.js';
import { decimal, percent, percentInterval, plural } from './format.js';
import { tableLines } from './table.js';
import { type Palette, widthOf, wrapText } from './terminal.js';

export interface CrossJudgeShown {
  run: string;
  method: string;
  first_judge: string;
  second_judge: string;
  cross: CrossJudge;
  notes: readonly string[];
}

const mostChanges = 10;
/** Above this share of one score, a judge tells little apart. */
const modalLimit = 0.6;

export function crossJudgeLines(shown: CrossJudgeShown, palette: Palette): string[] {
  const { run, method, first_judge, second_judge, cross, notes } = shown;
  const left = cross.unscored === 0 ? '' : `, ${cross.unscored} without a readable score`;
  return [
    '',
    `${palette.bold(run)}  ${method} scores of ${first_judge} and of ${second_judge} · ${plural(cross.pairs, 'completion')}${left}`,
    '',
    ...agreementLines(cross),
    '',
    ' scores of the first judge down, of the second across',
    ...confusionLines(cross),
    '',
    ...changedLines(cross, palette),
    ...noteLines([...notes, ...spreadNotes(shown)], palette),
  ];
}

function agreementLines(cross: CrossJudge): string[] {
  const share = (name: string, { rate, interval }: AgreementRate) => [name, percent(rate), percentInterval(interval)];
  const value = (name: string, estimate: number | null, interval: Interval | null) => [
    name,
    decimal(estimate, 2),
    interval === null ? '–' : `${decimal(interval.low, 2)} to ${decimal(interval.high, 2)}`,
  ];
  const { exact, within_one, pearson, spearman, weighted_kappa, krippendorff_alpha } = cross;
  return tableLines(
    [{ head: 'agreement' }, { head: '', align: 'right' }, { head: '95 % interval', align: 'right' }],
    [
      share('exact', exact),
      share('within 1', within_one),
      value('Pearson', pearson.coefficient, pearson.interval),
      value('Spearman', spearman.coefficient, spearman.interval),
      value('weighted kappa (quadratic)', weighted_kappa.kappa, weighted_kappa.interval),
      value('Krippendorff alpha (ordinal)', krippendorff_alpha, null),
      value('mean, first', cross.first.mean, null),
      value('mean, second', cross.second.mean, null),
    ],
  );
}

function confusionLines({ confusion }: CrossJudge): string[] {
  const right = 'right' as const;
  return tableLines(
    [{ head: '', align: right }, ...scoreScale.map((score) => ({ head: String(score), align: right }))],
    confusion.map((row, score) => [String(score), ...row.map((count) => (count === 0 ? '·' : String(count)))]),
  );
}

function changedLines({ changed, pairs }: CrossJudge, palette: Palette): string[] {
  if (changed.length === 0) return pairs === 0 ? [] : [' no verdict changed', ''];
  const more = changed.length > mostChanges ? [palette.dim(` and ${changed.length - mostChanges} more (--json)`)] : [];
  return [
    ` ${plural(changed.length, 'verdict')} changed, the largest change first`,
    ...tableLines(
      [{ head: 'episode' }, { head: 'first', align: 'right' }, { head: 'second', align: 'right' }],
      changed.slice(0, mostChanges).map(({ episode, first, second }) => [episode, decimal(first), decimal(second)]),
    ),
    ...more,
    '',
  ];
}

function spreadNotes({ cross, first_judge, second_judge }: CrossJudgeShown): string[] {
  return (['first', 'second'] as const).flatMap((which) => {
    const { modal_share } = cross[which];
    if (modal_share === null || modal_share <= modalLimit) return [];
    const judge = which === 'first' ? first_judge : second_judge;
    return [`${percent(modal_share)} of the scores of ${judge} (${which}) are one and the same.`];
  });
}

export function noteLines(notes: readonly string[], palette: Palette): string[] {
  return notes.flatMap((note) =>
    wrapText(note, widthOf(process.stdout) - 4).map((line, index) =>
      index === 0 ? ` ${palette.yellow('!')} ${line}` : `   ${line}`,
    ),
  );
}
