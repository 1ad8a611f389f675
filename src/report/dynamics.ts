/** Training dynamics: how the figures move over the steps of a training. */
import { EntenteError } from '../errors.js';
import type { RunReport } from './run-report.js';
import type { Interval } from './statistics/index.js';

/** One run of a policy at one step. */
export interface DynamicsPoint {
  step: number;
  run_id: string;
  name: string;
  episodes: number;
  agreement_rate: number | null;
  agreement_interval: Interval | null;
  rounds_to_agreement: number | null;
  rounds_interval: Interval | null;
  /** Means over groups of their least, mean and greatest reward. */
  reward_min: number | null;
  reward_mean: number | null;
  reward_max: number | null;
  zero_variance_share: number | null;
}

/** A point for every deliberation run that has a step, by step and then by name. */
export function dynamicsOf(runs: readonly RunReport[]): DynamicsPoint[] {
  return runs
    .flatMap((run) => (run.step === null || run.protocol === 'solo' ? [] : [pointOf(run, run.step)]))
    .sort((one, other) => one.step - other.step || (one.name < other.name ? -1 : 1));
}

function pointOf({ run_id, name, overall, groups }: RunReport, step: number): DynamicsPoint {
  const { episodes, agreement_rate, agreement_interval, rounds_to_agreement, rounds_interval } = overall;
  const { reward_min, reward_mean, reward_max, zero_variance_share } = groups;
  return {
    ...{ step, run_id, name, episodes, agreement_rate, agreement_interval, rounds_to_agreement, rounds_interval },
    ...{ reward_min, reward_mean, reward_max, zero_variance_share },
  };
}

/** Throws `usage` where runs that were asked for their dynamics cannot show any. */
export function requireSteps(runs: readonly { name: string; step: number | null }[]): void {
  const without = runs.filter(({ step }) => step === null);
  if (without.length > 0) {
    const names = without.slice(0, 4).map(({ name }) => name);
    throw new EntenteError(
      'usage',
      `${names.join(', ')}${without.length > 4 ? ' and others' : ''} ${without.length === 1 ? 'has' : 'have'} no training step: play with \`entente run --step N\`, or leave out of --dynamics.`,
    );
  }
  if (new Set(runs.map(({ step }) => step)).size < 2)
    throw new EntenteError(
      'usage',
      'training dynamics need runs of at least two different steps: `entente run --step N` tags them.',
    );
}
