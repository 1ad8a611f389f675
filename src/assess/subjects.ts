/** The stored completions of a run as subjects of another judge, and samples of them. */
import { deriveSeed, personaAt, type SideWeights, seededRandom, shuffled } from '../domain/index.js';
import type { Subject } from '../judging/index.js';
import type { RunRecord, Store } from '../store/index.js';

/** How a score comes to be: one holistic CA score, or utilities under the weights that the run has fixed. */
export type ScoreMethod = 'holistic' | 'decomposed';

export interface GradableEpisode {
  episodeId: string;
  /** From 1, unique in the run. */
  number: number;
  groupId: string;
  sampleIndex: number;
  /** Of its scenario: the same words give the same key everywhere. */
  scenarioKey: string;
  subject: Subject;
  /** Fixed before its completion was written; null where the run was not scored by decomposition. */
  weights: SideWeights | null;
  /** The run's own scores, 0 to 5; null where there is none, or none that could be read. */
  scores: Readonly<Record<ScoreMethod, number | null>>;
}

/** Every finished episode with a completion, in the order of the run's plan. */
export function gradableEpisodes(store: Store, { runId }: Pick<RunRecord, 'runId'>): GradableEpisode[] {
  return store.groupIds(runId).flatMap((groupId) => {
    const scenario = store.scenario(groupId);
    const personas = { A: personaAt(scenario, 'A'), B: personaAt(scenario, 'B') };
    return store.episodesOfGroup(groupId).flatMap((row): GradableEpisode[] => {
      const { completion, weight_a, weight_b } = row;
      if (completion === null || row.status !== 'done') return [];
      const weights = weight_a === null || weight_b === null ? null : { A: weight_a, B: weight_b };
      return [
        {
          ...{ episodeId: row.episode_id, number: row.number, groupId, sampleIndex: row.sample_index },
          scenarioKey: scenario.key,
          subject: { dilemma: scenario.dilemma.text, personas, completion },
          weights,
          scores: { holistic: row.ca_score, decomposed: weights === null ? null : row.reward },
        },
      ];
    });
  });
}

/**
 * `size` of the items, as evenly over the strata as these have items; drawn by the seed alone and given in their old
 * order. All of them where there are no more.
 */
export function stratifiedSample<T>(
  items: readonly T[],
  stratumOf: (item: T) => string | number,
  size: number,
  seed: number,
): T[] {
  const strata = new Map<string | number, T[]>();
  for (const item of items) {
    const members = strata.get(stratumOf(item));
    if (members === undefined) strata.set(stratumOf(item), [item]);
    else members.push(item);
  }
  const queues = [...strata]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([stratum, members]) => shuffled(members, seededRandom(deriveSeed('stratified sample', seed, stratum))));
  const drawn = new Set<T>();
  for (let place = 0; drawn.size < Math.min(size, items.length); place++) {
    for (const queue of queues) {
      const item = queue[place];
      if (item !== undefined && drawn.size < size) drawn.add(item);
    }
  }
  return items.filter((item) => drawn.has(item));
}
