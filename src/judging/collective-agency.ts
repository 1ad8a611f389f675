/** The Collective Agency scorer: how far an answer raises everybody's agency, 0 to 5 (arXiv 2603.10476). */
import type { ChatModel } from '../chat/index.js';
import type { CollectiveAgency, Persona, Sampling, Verdict } from '../domain/index.js';
import { createModelJudge, type Judge, judgingPrompts, type Rubric } from './judge.js';
import { type AgencyAnswer, agencyAnswer, answerSchema, readAgency } from './verdict-text.js';

export interface AgencyMaterial {
  dilemma: string;
  personas: { A: Persona; B: Persona };
  /** The completion. */
  answer: string;
}

/** The four aspects beside the overall score are ours: the paper asks for one number. */
const rubric: Rubric<AgencyAnswer> = {
  kind: 'ca',
  prompt: judgingPrompts.collectiveAgency,
  answer: { name: 'collective_agency', schema: answerSchema(agencyAnswer) },
  read: readAgency,
  valueOf: ({ overall }) => overall,
};

export function createAgencyScorer(model: ChatModel, sampling: Sampling): Judge<AgencyMaterial> {
  return createModelJudge(rubric, model, sampling);
}

/** The scores in a verdict of the scorer; null where it could not be read. */
export function agencyOf(verdict: Verdict): CollectiveAgency | null {
  const parsed = agencyAnswer.safeParse(verdict.detail);
  if (!parsed.success) return null;
  const { rationale: _unused, ...scores } = parsed.data;
  return scores;
}
