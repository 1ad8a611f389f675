/** Rewards made of several components, for exports that want another reward than the terminal CA score. */

import { leastUtility, nashProduct } from './decomposed.js';

/** What a reward can be made of. CA and its aspects are 0 to 5 and null where they were not scored. */
export interface RewardMaterial {
  /** As graded, 0 to 5: the CA score or the weighted utilities, or 0 for a deadlock in training. Null = not gradable. */
  reward: number | null;
  ca_score?: number | null;
  knowledge: number | null;
  benevolence: number | null;
  power: number | null;
  vitality: number | null;
  /** Of the sides in seats A and B, 0 to 5; absent or null where they were not scored. */
  utility_a?: number | null;
  utility_b?: number | null;
  /** Of the same sides, together 1; absent or null where scoring was holistic. */
  weight_a?: number | null;
  weight_b?: number | null;
  outcome: 'agreed' | 'deadlocked' | null;
  rounds: number | null;
  /** Tokens that the learner sampled in its turns. */
  learner_tokens: number;
}

export const componentNames = [
  'reward',
  'ca',
  'knowledge',
  'benevolence',
  'power',
  'vitality',
  'utility_a',
  'utility_b',
  'utility_min',
  'utility_nash',
  'agreed',
  'rounds',
  'length',
] as const;
/** `reward` is the reward as graded, `utility_min` the lesser of the utilities, `utility_nash` their product. `agreed` is 1 or 0; `rounds` and `length` (per 1,000 of the learner's tokens) are costs: give them weights below 0. */
export type ComponentName = (typeof componentNames)[number];
export type RewardWeights = Readonly<Partial<Record<ComponentName, number>>>;

export interface ComposedReward {
  /** Σ weight · component. Null where the episode has no reward or a weighted component is missing. */
  reward: number | null;
  /** The components themselves, before weighing. */
  components: Readonly<Record<string, number>>;
}

/** The reward as the run graded it. */
export const terminalReward: RewardWeights = { reward: 1 };

export function composeReward(material: RewardMaterial, weights: RewardWeights = terminalReward): ComposedReward {
  const components: Record<string, number> = {};
  let reward: number | null = material.reward === null ? null : 0;
  for (const name of componentNames) {
    const weight = weights[name];
    if (weight === undefined || weight === 0) continue;
    const value = componentOf(name, material);
    if (name === 'reward') Object.assign(components, gradesOf(material));
    else if (value !== null) components[name] = value;
    reward = reward === null || value === null ? null : reward + weight * value;
  }
  return { reward, components };
}

function componentOf(name: ComponentName, material: RewardMaterial): number | null {
  switch (name) {
    case 'reward':
      return material.reward;
    case 'ca':
      return isDecomposed(material) ? (material.ca_score ?? ofDeadlock(material)) : material.reward;
    case 'utility_a':
    case 'utility_b':
      return material[name] ?? ofDeadlock(material);
    case 'utility_min':
      return utilitiesOf(material).utility_min ?? ofDeadlock(material);
    case 'utility_nash':
      return utilitiesOf(material).utility_nash ?? ofDeadlock(material);
    case 'agreed':
      return material.outcome === null ? null : Number(material.outcome === 'agreed');
    case 'rounds':
      return material.rounds;
    case 'length':
      return material.learner_tokens / 1000;
    default:
      return material[name] ?? ofDeadlock(material);
  }
}

/** A deadlock in training has a reward of 0 and no completion: it raised no aspect and served no side either. */
function ofDeadlock({ outcome, reward }: RewardMaterial): 0 | null {
  return outcome === 'deadlocked' && reward === 0 ? 0 : null;
}

function isDecomposed({ weight_a = null }: RewardMaterial): boolean {
  return weight_a !== null;
}

function utilitiesOf({ utility_a = null, utility_b = null }: RewardMaterial) {
  return { utility_min: leastUtility(utility_a, utility_b), utility_nash: nashProduct(utility_a, utility_b) };
}

/** What the reward as graded was made of, as far as it was graded: CA alone, or all that decomposition found. */
function gradesOf(material: RewardMaterial): Record<string, number> {
  const { reward, ca_score = null, utility_a, utility_b, weight_a, weight_b } = material;
  const grades = isDecomposed(material)
    ? { ca: ca_score, utility_a, utility_b, weight_a, weight_b, ...utilitiesOf(material) }
    : { ca: reward };
  return Object.fromEntries(Object.entries(grades).filter(([, value]) => value != null)) as Record<string, number>;
}
