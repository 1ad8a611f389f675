/** The terminal reward of an episode (arXiv 2603.10476: the CA score of the completion; 0 where training deadlocked). */
import type { EpisodeResult } from '../domain/index.js';

/**
 * 0 to 5. Null where the episode cannot be graded: it failed, or its score could not be read. A deadlock in train mode
 * has no completion and earns 0; in eval mode the completion was written all the same and earns its score.
 */
export function rewardOf(result: Omit<EpisodeResult, 'reward'>): number | null {
  if (result.status === 'failed') return null;
  if (result.outcome === 'deadlocked' && result.completion === null) return 0;
  return result.ca?.overall ?? null;
}
