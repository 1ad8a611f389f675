/**
 * The terminal reward of an episode: the CA score of its completion (arXiv 2603.10476), or, where it was scored by
 * decomposition, the weighted utilities of the sides (arXiv 2605.26878); 0 where training deadlocked.
 */
import type { EpisodeResult } from '../domain/index.js';
import { decomposedReward } from './decomposed.js';

/**
 * 0 to 5. Null where the episode cannot be graded: it failed, or its score could not be read. A deadlock in train mode
 * has no completion and earns 0; in eval mode the completion was written all the same and earns its score.
 */
export function rewardOf(result: Omit<EpisodeResult, 'reward'>): number | null {
  if (result.status === 'failed') return null;
  if (result.outcome === 'deadlocked' && result.completion === null) return 0;
  return result.stakeholders === undefined ? (result.ca?.overall ?? null) : decomposedReward(result.stakeholders);
}
