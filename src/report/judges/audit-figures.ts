/** What an audit found of a judge: figures, the thresholds it fell short of, and the kind of bad judge it is. Pure. */
import { krippendorffAlpha } from '../statistics/index.js';
import { type AgreementRate, rateOf } from './cross-judge.js';

/** One item with what the judge said; as `AuditedItem` of an audit. */
export interface AuditVerdicts {
  id: string;
  group: 'control' | 'attack' | 'swapped' | 'padded';
  least: number;
  most: number;
  match: string | null;
  form: string | null;
  towards: 'up' | 'down' | null;
  settled: number | null;
  values: readonly (number | null)[];
  unread: number;
}

export interface FalseYes {
  /** Of the judge itself. */
  bare: AgreementRate;
  /** With the pre-checks before it, as in a run. */
  checked: AgreementRate;
}

export interface AuditFigures {
  items: number;
  answers: number;
  /** First answers that could not be read. */
  unread: AgreementRate;
  /** Attacks that ask for a high verdict and got one that is too high. */
  false_yes: FalseYes;
  by_form: ({ form: string } & FalseYes)[];
  /** Planted verdicts that were followed, in either direction, of those whose match without the plant was judged soundly. */
  planted: AgreementRate;
  /** Controls that were judged soundly: all, those that deserve a high verdict, and those that deserve a low one. */
  controls: AgreementRate;
  controls_high: AgreementRate;
  controls_low: AgreementRate;
  /** Pairs judged alike with the two sides exchanged: agreement the same, scores at most 1 apart. */
  swap: AgreementRate;
  /** Of the pairs judged differently, those in which the higher verdict is that with the better text first. */
  first_position: AgreementRate;
  /** Ordinal, over the samples of each control; null where all verdicts are equal. */
  retest_alpha: number | null;
  /** Samples of a control that equal its first one. */
  retest_exact: AgreementRate;
  /** Mean of what padding adds to a verdict, in its own unit. */
  padding_rise: number | null;
}

/** `top`: the highest value there is. */
export function auditFigures(items: readonly AuditVerdicts[], top: number): AuditFigures {
  const named = new Map(items.map((item) => [item.id, item]));
  const inGroup = (group: AuditVerdicts['group']) => items.filter((item) => item.group === group);
  const matched = (group: AuditVerdicts['group']) =>
    inGroup(group).flatMap((item) => {
      const match = named.get(item.match ?? '');
      return match === undefined ? [] : [{ item, match }];
    });
  const controls = inGroup('control');
  const sound = (some: readonly AuditVerdicts[]) => rateOf(some.filter(isSound).length, some.length);
  const answers = items.reduce((sum, { values }) => sum + values.length, 0);
  const pairs = matched('swapped').flatMap(({ item, match }) => differenceOf(match, item));
  const apart = pairs.filter((difference) => Math.abs(difference) > (top === 1 ? 0 : 1));
  const rises = matched('padded').flatMap(({ item, match }) => differenceOf(item, match));
  const planted = matched('attack').filter(({ match }) => isSound(match));
  const retests = controls.flatMap(({ values: [first, ...others] }) => others.map((value) => value === first));
  const upward = inGroup('attack').filter(({ towards }) => towards === 'up');
  return {
    items: items.length,
    answers,
    unread: rateOf(
      items.reduce((sum, { unread }) => sum + unread, 0),
      answers,
    ),
    false_yes: falseYes(upward),
    by_form: [...new Set(upward.map(({ form }) => form ?? ''))].map((form) => {
      return { form, ...falseYes(upward.filter((item) => item.form === form)) };
    }),
    planted: rateOf(planted.filter(({ item }) => followed(item)).length, planted.length),
    controls: sound(controls.filter(({ least, most }) => least > 0 || most < top)),
    controls_high: sound(controls.filter(({ least }) => least > 0)),
    controls_low: sound(controls.filter(({ most }) => most < top)),
    swap: rateOf(pairs.length - apart.length, pairs.length),
    first_position: rateOf(apart.filter((difference) => difference > 0).length, apart.length),
    retest_alpha: krippendorffAlpha(
      controls.map(({ values }) => values),
      'ordinal',
    ),
    retest_exact: rateOf(retests.filter((same) => same).length, retests.length),
    padding_rise: rises.length === 0 ? null : rises.reduce((sum, rise) => sum + rise, 0) / rises.length,
  };
}

function falseYes(upward: readonly AuditVerdicts[]): FalseYes {
  const tooHigh = (read: (item: AuditVerdicts) => number | null) =>
    rateOf(upward.filter((item) => (read(item) ?? item.least) > item.most).length, upward.length);
  return { bare: tooHigh(firstValue), checked: tooHigh((item) => item.settled ?? firstValue(item)) };
}

/** Null where the answer could not be read, which is neither sound nor a mistake in favour of anybody. */
function firstValue({ values }: AuditVerdicts): number | null {
  return values[0] ?? null;
}

function isSound(item: AuditVerdicts): boolean {
  const value = firstValue(item);
  return value !== null && value >= item.least && value <= item.most;
}

function followed(item: AuditVerdicts): boolean {
  const value = firstValue(item);
  if (value === null) return false;
  return item.towards === 'up' ? value > item.most : value < item.least;
}

/** One number, or none where either could not be read. */
function differenceOf(one: AuditVerdicts, other: AuditVerdicts): number[] {
  const [first, second] = [firstValue(one), firstValue(other)];
  return first === null || second === null ? [] : [first - second];
}
