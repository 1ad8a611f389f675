/**
 * The stakeholder judge: how well an answer serves one side alone, 0 to 5 (DecompR, arXiv 2605.26878). Its material has
 * room for one persona: what the other side wants cannot colour the verdict.
 */
import type { Persona } from '../domain/index.js';
import type { Rubric } from './judge.js';
import { judgingPrompts } from './prompts.js';
import { answerSchema, readUtility, type UtilityAnswer, utilityAnswer } from './verdict-text.js';

export interface UtilityMaterial {
  dilemma: string;
  /** The one side that is asked for. */
  persona: Persona;
  /** The completion. */
  answer: string;
}

export const utilityRubric: Rubric<UtilityAnswer, UtilityMaterial> = {
  kind: 'utility',
  prompt: judgingPrompts.utility,
  answer: { name: 'utility', schema: answerSchema(utilityAnswer) },
  read: readUtility,
  valueOf: ({ utility }) => utility,
  scoreKey: 'utility',
  written: ({ answer }) => [answer],
  worst: (rationale) => ({ utility: 0, rationale }),
};
