/** What an export can be asked for. Everything here is recorded in the manifest. */
import type { Outcome, Seat, Tier } from '../domain/index.js';
import { type AdvantageOptions, defaultAdvantage, type RewardWeights, terminalReward } from '../reward/index.js';
import type { EpisodeRow } from '../store/index.js';
import type { Retokenizer } from './retokenize.js';

/** Rules of the certificate that a user may waive by name; the manifest says so. */
export const waivable = ['incomplete-groups', 'mixed-policy', 'retokenized', 'no-logprobs', 'judge-audit'] as const;
export type Waiver = (typeof waivable)[number];

/** A reward of the user's own; null leaves the episode out. */
export type RewardFunction = (episode: EpisodeRow & { learner_tokens: number }) => number | null;

export interface ExportOptions {
  seat: Seat | 'both';
  /** Turns cut at max_tokens: drop the episode, keep them, or keep them without loss. */
  truncated: 'drop' | 'keep' | 'mask';
  weights: RewardWeights;
  /** Replaces the weights; `name` stands in the manifest. */
  rewardFunction: { name: string; reward: RewardFunction } | null;
  advantage: AdvantageOptions;
  filter: {
    outcome: Outcome | null;
    tier: Tier | null;
    minReward: number | null;
    maxReward: number | null;
    dropZeroVariance: boolean;
    /** Tokens of one row. */
    maxLength: number | null;
  };
  /** Share of scenarios kept apart as a test set, 0 to 1. All groups of a scenario fall on one side. */
  testShare: number;
  /** `sft`: take episodes with at least this reward; null takes the best of each group. */
  threshold: number | null;
  /** `dpo`, `kto`: how far rewards must lie apart, or from the group mean. */
  margin: number;
  /** Makes the ids that the server did not give; null leaves such episodes out. */
  tokenizer: Retokenizer | null;
  allow: readonly Waiver[];
}

export const defaultExportOptions: ExportOptions = {
  seat: 'A',
  truncated: 'keep',
  weights: terminalReward,
  rewardFunction: null,
  advantage: defaultAdvantage,
  filter: { outcome: null, tier: null, minReward: null, maxReward: null, dropZeroVariance: false, maxLength: null },
  testShare: 0,
  threshold: null,
  margin: 0.5,
  tokenizer: null,
  allow: [],
};
