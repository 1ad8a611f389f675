/**
 * Weighting noise (DecompR, arXiv 2605.26878): the same completions scored k times over, once in one breath and once side
 * by side. A holistic score is read as s = c + w·u_A + (1 − w)·u_B + e, in which the weight w drifts from verdict to verdict:
 * its variance over repeats is then Var e + Var w · (u_A − u_B)², so that the two kinds of noise can be told apart. Pure.
 */
import { type Correlation, type LeastSquares, leastSquares, spearmanCorrelation } from '../statistics/index.js';

/** One completion; by repeat, null where a verdict could not be read. */
export interface StudiedCompletion {
  episode: string;
  /** Candidates of one group are ordered against each other. */
  group: string;
  weights: Readonly<Record<'A' | 'B', number>>;
  holistic: readonly (number | null)[];
  utilities: Readonly<Record<'A' | 'B', readonly (number | null)[]>>;
}

export interface ScoreNoise {
  /** Mean over completions of the sample variance over repeats, in squared points, and its root; null without repeats. */
  variance: number | null;
  sd: number | null;
  /** Of pairs of candidates of one group, over pairs of repeats: how often their order was reversed, or a tie in one. */
  order_flips: number | null;
  order_ties: number | null;
  /** How many such comparisons there were. */
  comparisons: number;
}

export interface ImplicitWeights {
  /** Holistic score = intercept + a · u_A + b · u_B, over the means of completions. */
  fit: LeastSquares | null;
  /** a / (a + b); null where the fit is, or the two do not add up to more than 0. */
  weight_a: number | null;
  /** Mean over completions of the weight that was fixed beforehand. */
  fixed_weight_a: number | null;
}

export interface WeightDrift {
  /** SD of the weight from verdict to verdict, and of the score where both sides are served alike; null where not to be told. */
  weight_sd: number | null;
  score_sd: number | null;
  /** |shift| of a verdict that the drift makes, on average: weight SD × mean dispersion × √(2/π), in points. */
  mean_shift: number | null;
  /** Of the SD over repeats with the dispersion. */
  correlation: Correlation;
}

/** Completions whose sides lie so far apart, with the noise of both ways of scoring. */
export interface DispersionBand {
  from: number;
  /** Null: without an end. */
  to: number | null;
  completions: number;
  holistic_sd: number | null;
  decomposed_sd: number | null;
  /** Mean |holistic score − what the implicit weights make of the utilities|, in points. */
  shift: number | null;
}

export interface WeightingStudy {
  completions: number;
  repeats: number;
  /** Verdicts that could not be read. */
  unread: number;
  /** Mean |u_A − u_B|. */
  dispersion: number | null;
  holistic: ScoreNoise;
  decomposed: ScoreNoise;
  implicit: ImplicitWeights;
  drift: WeightDrift;
  bands: DispersionBand[];
}

/** A completion with what follows from its verdicts. */
interface Measured {
  group: string;
  weights: StudiedCompletion['weights'];
  holistic: readonly (number | null)[];
  decomposed: readonly (number | null)[];
  /** Means over repeats. */
  a: number;
  b: number;
  score: number;
}

export function studyWeighting(completions: readonly StudiedCompletion[]): WeightingStudy {
  const measured = completions.flatMap(measure);
  const repeats = Math.max(0, ...completions.map(({ holistic }) => holistic.length));
  const implicit = implicitWeights(measured);
  const nulls = completions.flatMap(({ holistic, utilities }) => [...holistic, ...utilities.A, ...utilities.B]);
  return {
    completions: measured.length,
    repeats,
    unread: nulls.filter((value) => value === null).length,
    dispersion: mean(measured.map(dispersionOf)),
    holistic: noiseOf(measured, 'holistic'),
    decomposed: noiseOf(measured, 'decomposed'),
    implicit,
    drift: driftOf(measured),
    bands: bandsOf(measured, implicit.fit),
  };
}

/** Nothing where one of the three was never to be read. */
function measure({ group, weights, holistic, utilities }: StudiedCompletion): Measured[] {
  const [a, b, score] = [utilities.A, utilities.B, holistic].map((values) => mean(read(values)));
  if (a == null || b == null || score == null) return [];
  const decomposed = utilities.A.map((one, repeat) => {
    const other = utilities.B[repeat] ?? null;
    return one === null || other === null ? null : weights.A * one + weights.B * other;
  });
  return [{ group, weights, holistic, decomposed, a, b, score }];
}

function implicitWeights(measured: readonly Measured[]): ImplicitWeights {
  const fit = leastSquares(
    measured.map(({ a, b }) => [a, b]),
    measured.map(({ score }) => score),
  );
  const [a, b] = (fit?.slopes ?? []).map(({ estimate }) => estimate);
  const total = (a ?? 0) + (b ?? 0);
  return {
    fit,
    weight_a: a === undefined || total <= 0 ? null : a / total,
    fixed_weight_a: mean(measured.map(({ weights }) => weights.A)),
  };
}

/** Least squares of the variance over repeats on the squared dispersion: the slope is Var w, the intercept Var e. */
function driftOf(measured: readonly Measured[]): WeightDrift {
  const points = measured.flatMap((one) => {
    const variance = sampleVariance(read(one.holistic));
    return variance === null ? [] : [{ variance, dispersion: dispersionOf(one) }];
  });
  const fit = leastSquares(
    points.map(({ dispersion }) => [dispersion ** 2]),
    points.map(({ variance }) => variance),
  );
  const slope = fit?.slopes[0]?.estimate ?? null;
  const weightSd = slope === null ? null : Math.sqrt(Math.max(0, slope));
  const dispersion = mean(points.map((point) => point.dispersion));
  return {
    weight_sd: weightSd,
    score_sd: fit === null ? null : Math.sqrt(Math.max(0, fit.intercept?.estimate ?? 0)),
    mean_shift: weightSd === null || dispersion === null ? null : weightSd * dispersion * Math.sqrt(2 / Math.PI),
    correlation: spearmanCorrelation(points.map((point) => [Math.sqrt(point.variance), point.dispersion])),
  };
}

function noiseOf(measured: readonly Measured[], which: 'holistic' | 'decomposed'): ScoreNoise {
  const variances = measured.map((one) => sampleVariance(read(one[which]))).filter((value) => value !== null);
  const variance = mean(variances);
  const orders = ordersIn(measured, which);
  const share = (kind: 'flip' | 'tie') =>
    orders.length === 0 ? null : orders.filter((order) => order === kind).length / orders.length;
  return {
    variance,
    sd: variance === null ? null : Math.sqrt(variance),
    order_flips: share('flip'),
    order_ties: share('tie'),
    comparisons: orders.length,
  };
}

/** Every two candidates of a group under every two repeats: is their order the same, reversed, or a tie in one of them? */
function ordersIn(measured: readonly Measured[], which: 'holistic' | 'decomposed'): ('same' | 'flip' | 'tie')[] {
  const orders: ('same' | 'flip' | 'tie')[] = [];
  for (const [index, one] of measured.entries()) {
    for (const other of measured.slice(index + 1)) {
      if (other.group !== one.group) continue;
      const signs = one[which].flatMap((score, repeat) => {
        const against = other[which][repeat] ?? null;
        // Sums of the same utilities may differ in the last bit.
        return score === null || against === null
          ? []
          : [Math.abs(score - against) < 1e-9 ? 0 : Math.sign(score - against)];
      });
      for (const [first, sign] of signs.entries()) {
        for (const later of signs.slice(first + 1)) {
          orders.push(sign === 0 || later === 0 ? 'tie' : sign === later ? 'same' : 'flip');
        }
      }
    }
  }
  return orders;
}

function bandsOf(measured: readonly Measured[], fit: LeastSquares | null): DispersionBand[] {
  const [a, b] = (fit?.slopes ?? []).map(({ estimate }) => estimate);
  const predicted = (one: Measured) =>
    a === undefined || b === undefined ? null : (fit?.intercept?.estimate ?? 0) + a * one.a + b * one.b;
  return [0, 1, 2, 3].map((from) => {
    const to = from === 3 ? null : from + 1;
    const inBand = measured.filter((one) => dispersionOf(one) >= from && (to === null || dispersionOf(one) < to));
    const shifts = inBand.flatMap((one) => {
      const expected = predicted(one);
      return expected === null ? [] : read(one.holistic).map((score) => Math.abs(score - expected));
    });
    const { sd: holistic_sd } = noiseOf(inBand, 'holistic');
    const { sd: decomposed_sd } = noiseOf(inBand, 'decomposed');
    return { from, to, completions: inBand.length, holistic_sd, decomposed_sd, shift: mean(shifts) };
  });
}

function dispersionOf({ a, b }: Measured): number {
  return Math.abs(a - b);
}

function read(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Null for fewer than two values. */
function sampleVariance(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
