/** Survival curves: how long deliberations last until they agree. */
import { type Interval, normalCritical } from './interval.js';

/** One thing watched until its event, or until it was lost from sight. */
export interface Lifetime {
  /** When, from 0 on; rounds. */
  time: number;
  /** False: censored. A deadlock at `max_rounds` had not agreed by then, and would perhaps have agreed later. */
  event: boolean;
  /** How many share both; 1 where absent. */
  count?: number;
}

export interface SurvivalStep {
  time: number;
  /** Still without the event just before `time`. */
  at_risk: number;
  events: number;
  censored: number;
  /** Share without the event after `time`, 0 to 1. */
  survival: number;
  /** 95 %, log-log with Greenwood's variance; null while the share is 1, and once it is 0. */
  interval: Interval | null;
}

export interface SurvivalCurve {
  /** One step for every time at which something happened, earliest first. */
  steps: SurvivalStep[];
  /** First time at which at most half are without the event; null where more than half never had it. */
  median: number | null;
}

/**
 * The product-limit estimate (Kaplan and Meier, JASA 53, 1958); intervals after Kalbfleisch and Prentice, The Statistical
 * Analysis of Failure Time Data, 1980, which stay within [0, 1]. Lifetimes count as independent. Events come before
 * censorings of the same time. Without lifetimes there are no steps.
 */
export function kaplanMeier(lifetimes: Iterable<Lifetime>): SurvivalCurve {
  const byTime = new Map<number, { events: number; censored: number }>();
  let atRisk = 0;
  for (const { time, event, count = 1 } of lifetimes) {
    const held = byTime.get(time) ?? { events: 0, censored: 0 };
    held[event ? 'events' : 'censored'] += count;
    byTime.set(time, held);
    atRisk += count;
  }
  let survival = 1;
  let greenwood = 0;
  const steps: SurvivalStep[] = [];
  for (const [time, { events, censored }] of [...byTime].sort(([one], [other]) => one - other)) {
    survival *= 1 - events / atRisk;
    greenwood += events === atRisk ? 0 : events / (atRisk * (atRisk - events));
    const interval = logLogInterval(survival, greenwood);
    steps.push({ time, at_risk: atRisk, events, censored, survival, interval });
    atRisk -= events + censored;
  }
  return { steps, median: steps.find((step) => step.survival <= 0.5 + 1e-12)?.time ?? null };
}

function logLogInterval(survival: number, greenwood: number): Interval | null {
  if (survival <= 0 || survival >= 1) return null;
  const log = Math.log(survival);
  const half = (normalCritical * Math.sqrt(greenwood)) / Math.abs(log);
  return { low: Math.exp(log * Math.exp(half)), high: Math.exp(log * Math.exp(-half)) };
}
