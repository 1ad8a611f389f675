/** A rate as it would be without the judge's mistakes. */
import { type Interval, normalInterval } from './interval.js';

export interface Share {
  successes: number;
  trials: number;
}

export interface CorrectedRate {
  /** 0 to 1; null where the judge is no better than chance, or one of the three shares has no trials. */
  rate: number | null;
  /** 95 %; null where the rate is. */
  interval: Interval | null;
}

/**
 * θ = (p + q0 − 1) / (q0 + q1 − 1) (Rogan and Gladen, American Journal of Epidemiology 107, 1978): the true rate behind
 * an `observed` rate p, given a judge's `specificity` q0 (NO where humans said no) and `sensitivity` q1 (YES where humans
 * said yes), each with its trials. Clipped to [0, 1]. The interval is by the delta method, all three shares being
 * estimated: Var θ = (p(1−p)/n + (1−θ)² q0(1−q0)/n0 + θ² q1(1−q1)/n1) / (q0+q1−1)². Trials count as independent; give an
 * effective number where they are clustered.
 */
export function roganGladen(observed: Share, specificity: Share, sensitivity: Share): CorrectedRate {
  const shares = [observed, specificity, sensitivity];
  if (shares.some(({ trials }) => trials <= 0)) return { rate: null, interval: null };
  const [p, q0, q1] = shares.map(({ successes, trials }) => successes / trials) as [number, number, number];
  const informedness = q0 + q1 - 1;
  if (informedness <= 1e-12) return { rate: null, interval: null };
  const theta = (p + q0 - 1) / informedness;
  const rate = Math.max(0, Math.min(1, theta));
  const variance =
    ((p * (1 - p)) / observed.trials +
      ((1 - theta) ** 2 * q0 * (1 - q0)) / specificity.trials +
      (theta ** 2 * q1 * (1 - q1)) / sensitivity.trials) /
    informedness ** 2;
  const { low, high } = normalInterval(theta, Math.sqrt(variance));
  const clip = (value: number) => Math.max(0, Math.min(1, value));
  return { rate, interval: { low: clip(low), high: clip(high) } };
}
