/** Fixes the weights of the two sides of a scenario before the first episode of its group is played, once for all. */
import type { SideWeights } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { type KeepWeightCall, type Weigher, weightQueryOf, weightsAtSeats } from '../judging/index.js';
import type { FixedWeights, PlannedEpisode, Store } from '../store/index.js';

export interface FixWeightsOptions {
  store: Store;
  runId: string;
  weigher: Weigher;
  /** Aborted: no further call starts. */
  stopping: AbortSignal;
  /** Aborted: a call in flight is given up too. */
  aborted?: AbortSignal;
}

/**
 * Episodes of one scenario that start together wait for one elicitation. The function returned throws `weights` where the
 * weights cannot be had, or would come after a completion of the group.
 */
export function createWeightFixer(options: FixWeightsOptions): (planned: PlannedEpisode) => Promise<SideWeights> {
  const { store, weigher } = options;
  const underWay = new Map<string, Promise<FixedWeights>>();

  return async ({ groupId, scenario }) => {
    const weightsKey = weigher.keyOf(weightQueryOf(scenario));
    const known = store.weightsFor(groupId, weightsKey);
    if (known !== null) return weightsAtSeats(known, scenario);
    const waiting = underWay.get(weightsKey) ?? fixWeights(options, groupId, scenario, weightsKey);
    underWay.set(weightsKey, waiting);
    return weightsAtSeats(await waiting, scenario);
  };
}

async function fixWeights(
  { store, runId, weigher, stopping, aborted }: FixWeightsOptions,
  groupId: string,
  scenario: PlannedEpisode['scenario'],
  weightsKey: string,
): Promise<FixedWeights> {
  const { name: model, version } = weigher;
  const keep: KeepWeightCall = async (asking, make) => {
    const key = { weightsKey, ...asking };
    const known = store.recallWeightCall(key);
    if (known !== null) return known;
    if (stopping.aborted) throw new EntenteError('interrupted', 'stopped');
    const call = await make();
    await store.recordWeightCall(key, call, { runId, model });
    return call;
  };
  const options = { affinity: keep, ...(aborted === undefined ? {} : { signal: aborted }) };
  const weights = await weigher.elicit(weightQueryOf(scenario), keep, options);
  return store.fixWeights(groupId, { weightsKey, scenario: scenario.key, runId, model, version, ...weights });
}
