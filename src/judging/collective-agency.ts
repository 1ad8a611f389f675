/** The Collective Agency scorer: how far an answer raises everybody's agency, 0 to 5 (arXiv 2603.10476). */
import type { ChatModel } from '../chat/index.js';
import type { CollectiveAgency, Persona, Sampling, Verdict } from '../domain/index.js';
import { createModelJudge, type Judge, type Rubric } from './judge.js';
import { judgingPrompts } from './prompts.js';
import { type AgencyAnswer, agencyAnswer, answerSchema, readAgency } from './verdict-text.js';

export interface AgencyMaterial {
  dilemma: string;
  personas: { A: Persona; B: Persona };
  /** The completion. */
  answer: string;
}

/** The four aspects beside the overall score are ours: the paper asks for one number. */
export const agencyRubric: Rubric<AgencyAnswer, AgencyMaterial> = {
  kind: 'ca',
  prompt: judgingPrompts.collectiveAgency,
  answer: { name: 'collective_agency', schema: answerSchema(agencyAnswer) },
  read: readAgency,
  valueOf: ({ overall }) => overall,
  scoreKey: 'overall',
  written: ({ answer }) => [answer],
  worst: (rationale) => ({ knowledge: 0, benevolence: 0, power: 0, vitality: 0, overall: 0, rationale }),
};

export function createAgencyScorer(model: ChatModel, sampling: Sampling): Judge<AgencyMaterial> {
  return createModelJudge(agencyRubric, model, sampling);
}

/** The scores in a verdict of the scorer; null where it could not be read. */
export function agencyOf({ value, detail }: Pick<Verdict, 'value' | 'detail'>): CollectiveAgency | null {
  const parsed = agencyAnswer.safeParse(detail);
  if (!parsed.success) return null;
  const { rationale: _unused, ...scores } = parsed.data;
  // The value differs from what was written where it is an expectation.
  return { ...scores, overall: value ?? scores.overall };
}
