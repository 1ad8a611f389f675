/** Two judges on the same completions: how far their scores agree, and how each spreads them. Pure. */
import {
  type Correlation,
  contingencyTable,
  type Histogram,
  histogramOf,
  type Interval,
  type Kappa,
  krippendorffAlpha,
  pearsonCorrelation,
  spearmanCorrelation,
  weightedKappa,
  wilsonInterval,
} from '../statistics/index.js';

/** The whole scores of the CA scale. */
export const scoreScale = [0, 1, 2, 3, 4, 5] as const;

/** One completion with the scores of both judges, 0 to 5; null where one gave none. */
export interface ScoredTwice {
  episode: string;
  first: number | null;
  second: number | null;
  /** Characters of the completion. */
  length: number;
}

/** A share with its Wilson interval; null without trials. */
export interface AgreementRate {
  count: number;
  rate: number | null;
  interval: Interval | null;
}

/** How one judge spreads its scores. A modal share over 0.6 tells little apart. */
export interface ScoreSpread extends Histogram<number> {
  mean: number | null;
  /** With the length of the completion, Spearman. */
  length_correlation: number | null;
}

export interface CrossJudge {
  /** Completions scored by both; the others count in `unscored`. */
  pairs: number;
  unscored: number;
  /** On whole scores: what is a fraction (a mean over samples, an expectation) is rounded. */
  exact: AgreementRate;
  within_one: AgreementRate;
  /** On the scores as they are. */
  pearson: Correlation;
  spearman: Correlation;
  /** Quadratic weights, on whole scores. */
  weighted_kappa: Kappa;
  /** Ordinal, on whole scores. */
  krippendorff_alpha: number | null;
  /** Mean of second − first. */
  mean_difference: number | null;
  /** `confusion[i][j]`: how often the first judge gave i and the second j. */
  confusion: number[][];
  first: ScoreSpread;
  second: ScoreSpread;
  /** Whole scores that differ, the largest difference first. */
  changed: { episode: string; first: number; second: number }[];
}

export function crossJudge(scored: readonly ScoredTwice[]): CrossJudge {
  const both = scored.flatMap(({ first, second, ...rest }) =>
    first === null || second === null ? [] : [{ first, second, ...rest }],
  );
  const raw = both.map(({ first, second }) => [first, second] as const);
  const whole = raw.map(([first, second]) => [wholeScore(first), wholeScore(second)] as const);
  const within = (distance: number) => whole.filter(([one, other]) => Math.abs(one - other) <= distance).length;
  const difference = raw.reduce((sum, [first, second]) => sum + second - first, 0);
  return {
    pairs: both.length,
    unscored: scored.length - both.length,
    exact: rateOf(within(0), both.length),
    within_one: rateOf(within(1), both.length),
    pearson: pearsonCorrelation(raw),
    spearman: spearmanCorrelation(raw),
    weighted_kappa: weightedKappa<number>(whole, scoreScale, 'quadratic'),
    krippendorff_alpha: krippendorffAlpha(whole, 'ordinal'),
    mean_difference: both.length === 0 ? null : difference / both.length,
    confusion: contingencyTable<number>(whole, scoreScale),
    first: spreadOf(both.map(({ first, length }) => [first, length])),
    second: spreadOf(both.map(({ second, length }) => [second, length])),
    changed: both
      .filter((_, index) => whole[index]?.[0] !== whole[index]?.[1])
      .map(({ episode, first, second }) => ({ episode, first, second }))
      .sort((one, other) => Math.abs(other.second - other.first) - Math.abs(one.second - one.first)),
  };
}

export function wholeScore(score: number): number {
  return Math.max(0, Math.min(5, Math.round(score)));
}

export function rateOf(count: number, trials: number): AgreementRate {
  return { count, rate: trials === 0 ? null : count / trials, interval: wilsonInterval(count, trials) };
}

function spreadOf(scores: readonly (readonly [score: number, length: number])[]): ScoreSpread {
  const total = scores.reduce((sum, [score]) => sum + score, 0);
  return {
    ...histogramOf(scores.map(([score]) => wholeScore(score))),
    mean: scores.length === 0 ? null : total / scores.length,
    length_correlation: spearmanCorrelation(scores).coefficient,
  };
}
