/** Rewards made of several components, for exports that want another reward than the terminal CA score. */

/** What a reward can be made of. CA and its aspects are 0 to 5 and null where they were not scored. */
export interface RewardMaterial {
  /** The stored reward, 0 to 5: the CA score, or 0 for a deadlock in training. Null = not gradable. */
  reward: number | null;
  knowledge: number | null;
  benevolence: number | null;
  power: number | null;
  vitality: number | null;
  outcome: 'agreed' | 'deadlocked' | null;
  rounds: number | null;
  /** Tokens that the learner sampled in its turns. */
  learner_tokens: number;
}

export const componentNames = [
  'ca',
  'knowledge',
  'benevolence',
  'power',
  'vitality',
  'agreed',
  'rounds',
  'length',
] as const;
/** `agreed` is 1 or 0; `rounds` and `length` (per 1,000 of the learner's tokens) are costs: give them weights below 0. */
export type ComponentName = (typeof componentNames)[number];
export type RewardWeights = Readonly<Partial<Record<ComponentName, number>>>;

export interface ComposedReward {
  /** Σ weight · component. Null where the episode has no reward or a weighted component is missing. */
  reward: number | null;
  /** The components themselves, before weighing. */
  components: Readonly<Record<string, number>>;
}

/** The protocol's own reward: CA alone. */
export const terminalReward: RewardWeights = { ca: 1 };

export function composeReward(material: RewardMaterial, weights: RewardWeights = terminalReward): ComposedReward {
  const components: Record<string, number> = {};
  let reward: number | null = material.reward === null ? null : 0;
  for (const name of componentNames) {
    const weight = weights[name];
    if (weight === undefined || weight === 0) continue;
    const value = componentOf(name, material);
    if (value !== null) components[name] = value;
    reward = reward === null || value === null ? null : reward + weight * value;
  }
  return { reward, components };
}

function componentOf(name: ComponentName, material: RewardMaterial): number | null {
  switch (name) {
    case 'ca':
      return material.reward;
    case 'agreed':
      return material.outcome === null ? null : Number(material.outcome === 'agreed');
    case 'rounds':
      return material.rounds;
    case 'length':
      return material.learner_tokens / 1000;
    default:
      // A deadlock in training has a reward of 0 and no completion: it raised no aspect either.
      return material[name] ?? (material.outcome === 'deadlocked' && material.reward === 0 ? 0 : null);
  }
}
