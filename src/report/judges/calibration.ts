/** A judge held against people: agreement beyond chance, its two kinds of mistakes, and rates without them. Pure. */
import {
  type CorrectedRate,
  cohenKappa,
  type Kappa,
  roganGladen,
  type Share,
  weightedKappa,
} from '../statistics/index.js';
import { type AgreementRate, rateOf, scoreScale, wholeScore } from './cross-judge.js';

/** What a judge and a person said about one thing. */
export interface Labelled<Value> {
  judge: Value;
  human: Value;
}

export interface AgreementCalibration {
  labels: number;
  /** Of those, said to be agreed by people. */
  human_agreed: number;
  observed: AgreementRate;
  kappa: Kappa;
  /** YES where people said yes, and NO where they said no. */
  sensitivity: AgreementRate;
  specificity: AgreementRate;
  /** The judge's own agreement rate over all that it judged, and what it would be without its mistakes. */
  judged_rate: AgreementRate;
  corrected: CorrectedRate;
}

export interface ScoreCalibration {
  labels: number;
  /** On whole scores, quadratic weights. */
  weighted_kappa: Kappa;
  exact: AgreementRate;
  within_one: AgreementRate;
  /** Mean of judge − people. */
  mean_difference: number | null;
}

/** `judged`: how often the judge said YES over all that it judged, labelled or not. Null without labels. */
export function calibrateAgreement(labels: readonly Labelled<boolean>[], judged: Share): AgreementCalibration | null {
  if (labels.length === 0) return null;
  const count = (judge: boolean, human: boolean) =>
    labels.filter((label) => label.judge === judge && label.human === human).length;
  const [yes, missed, wrong, no] = [count(true, true), count(false, true), count(true, false), count(false, false)];
  const sensitivity = { successes: yes, trials: yes + missed };
  const specificity = { successes: no, trials: no + wrong };
  return {
    labels: labels.length,
    human_agreed: yes + missed,
    observed: rateOf(yes + no, labels.length),
    kappa: cohenKappa(labels.map(({ judge, human }) => [judge, human])),
    sensitivity: rateOfShare(sensitivity),
    specificity: rateOfShare(specificity),
    judged_rate: rateOfShare(judged),
    corrected: roganGladen(judged, specificity, sensitivity),
  };
}

/** Null without labels. */
export function calibrateScores(labels: readonly Labelled<number>[]): ScoreCalibration | null {
  if (labels.length === 0) return null;
  const pairs = labels.map(({ judge, human }) => [wholeScore(judge), wholeScore(human)] as const);
  const within = (distance: number) => pairs.filter(([one, other]) => Math.abs(one - other) <= distance).length;
  const difference = labels.reduce((sum, { judge, human }) => sum + judge - human, 0);
  return {
    labels: labels.length,
    weighted_kappa: weightedKappa<number>(pairs, scoreScale, 'quadratic'),
    exact: rateOf(within(0), labels.length),
    within_one: rateOf(within(1), labels.length),
    mean_difference: difference / labels.length,
  };
}

function rateOfShare({ successes, trials }: Share): AgreementRate {
  return rateOf(successes, trials);
}

/** Below so many labels of a kind an interval says next to nothing. Ours. */
const fewLabels = 30;
const fewOfClass = 10;

/** What a reader must know of the labels, and what to do. */
export function calibrationNotes(agreement: AgreementCalibration | null, scores: ScoreCalibration | null): string[] {
  const notes: string[] = [];
  const few = (count: number, what: string) => {
    if (count < fewLabels) notes.push(`only ${count} ${what}: label ${fewLabels} or more, or read the intervals.`);
  };
  if (scores !== null) few(scores.labels, 'labels of CA');
  if (agreement === null) return notes;
  few(agreement.labels, 'labels of agreement');
  const { human_agreed, labels, corrected } = agreement;
  for (const [count, what] of [
    [human_agreed, 'agreed'],
    [labels - human_agreed, 'not agreed'],
  ] as const) {
    if (count < fewOfClass) notes.push(`only ${count} labelled "${what}": label more such episodes on purpose.`);
  }
  if (corrected.rate === null)
    notes.push('the corrected rate cannot be had: it needs labels of both kinds and a judge better than chance.');
  return notes;
}
