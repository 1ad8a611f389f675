/** The agreement judge: have the two, in their latest words, accepted the same specific solution? (arXiv 2603.10476) */
import type { ChatModel } from '../chat/index.js';
import type { Sampling } from '../domain/index.js';
import { createModelJudge, type Judge, type Rubric } from './judge.js';
import { judgingPrompts } from './prompts.js';
import { type AgreementAnswer, agreementAnswer, answerSchema, readAgreement } from './verdict-text.js';

export interface AgreementMaterial {
  dilemma: string;
  /** The latest utterance of each seat. */
  latest: { A: string; B: string };
}

export const agreementRubric: Rubric<AgreementAnswer, AgreementMaterial> = {
  kind: 'agreement',
  prompt: judgingPrompts.agreement,
  answer: { name: 'agreement', schema: answerSchema(agreementAnswer) },
  read: readAgreement,
  valueOf: ({ agreed }) => (agreed ? 1 : 0),
  scoreKey: null,
  written: ({ latest }) => [latest.A, latest.B],
  worst: (reason) => ({ agreed: false, reason }),
};

export function createAgreementJudge(model: ChatModel, sampling: Sampling): Judge<AgreementMaterial> {
  return createModelJudge(agreementRubric, model, sampling);
}
