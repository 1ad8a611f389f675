/** What a pairwise judge is asked about two answers to one task, and what its two verdicts together mean. */

/**
 * `ca`: which answer raises Collective Agency more. `resolution`: which better resolves the conflict between the two
 * stances; it makes sense only where there is a conflict (arXiv 2603.10476).
 */
export const pairwiseQuestions = ['ca', 'resolution'] as const;
export type PairwiseQuestion = (typeof pairwiseQuestions)[number];

/** One call to a pairwise judge. The same key is never asked twice. */
export interface PairwiseKey {
  question: PairwiseQuestion;
  /** Ids of the episodes whose answers are shown first and second. */
  first: string;
  second: string;
  /** Seed of the comparison, from which the seed of the call is derived. */
  seed: number;
  /** Which judged run, from 0. */
  repeat: number;
  /** The one further try, after an answer that could not be read. */
  repair: boolean;
}

/** Both orders say A, both say B, both say tie, or they contradict each other. */
export type Preference = 'a' | 'b' | 'tie' | 'inconsistent';
