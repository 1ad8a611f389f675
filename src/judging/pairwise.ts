/**
 * The pairwise judge: which of two answers to one task is better, on one question at a time (arXiv 2603.10476). It is
 * shown the answers as first and second and nothing of where they come from; whoever asks shows them in both orders.
 */
import { type ChatModel, readPrompt } from '../chat/index.js';
import type { PairwiseQuestion, Persona, Sampling } from '../domain/index.js';
import { createModelJudge, type Judge, type Rubric } from './judge.js';
import { answerSchema, type PreferenceAnswer, preferenceAnswer, readPreference } from './verdict-text.js';

export interface PairwiseMaterial {
  dilemma: string;
  /** The two stances in conflict; the question of Collective Agency is asked without them. */
  stances?: readonly [Persona, Persona];
  first: string;
  second: string;
}

const prompt = (name: string) => readPrompt(new URL(`../../src/judging/${name}.md`, import.meta.url));

/** By question. Kept with the verdicts, not with the runs: these are played without them. */
export const pairwisePrompts = { ca: prompt('pairwise-agency'), resolution: prompt('pairwise-resolution') };

const values = { first: 1, tie: 0.5, second: 0 } as const;

const rubricOf = (question: PairwiseQuestion): Rubric<PreferenceAnswer, PairwiseMaterial> => ({
  kind: 'preference',
  prompt: pairwisePrompts[question],
  answer: { name: 'preference', schema: answerSchema(preferenceAnswer) },
  read: readPreference,
  valueOf: ({ winner }) => values[winner],
  scoreKey: null,
  written: ({ first, second }) => [first, second],
  worst: (reason) => ({ winner: 'tie', reason }),
});

/** Its verdicts have the value 1 where the first answer is better, 0 where the second is, 0.5 where neither is. */
export function createPairwiseJudge(
  question: PairwiseQuestion,
  model: ChatModel,
  sampling: Sampling,
): Judge<PairwiseMaterial> {
  return createModelJudge(rubricOf(question), model, sampling);
}
