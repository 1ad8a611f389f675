/** The agreement judge: have the two, in their latest words, accepted the same specific solution? (arXiv 2603.10476) */
import type { ChatModel } from '../chat/index.js';
import type { Sampling } from '../domain/index.js';
import { createModelJudge, type Judge, judgingPrompts, type Rubric } from './judge.js';
import { type AgreementAnswer, agreementAnswer, answerSchema, readAgreement } from './verdict-text.js';

export interface AgreementMaterial {
  dilemma: string;
  /** The latest utterance of each seat. */
  latest: { A: string; B: string };
}

const rubric: Rubric<AgreementAnswer> = {
  kind: 'agreement',
  prompt: judgingPrompts.agreement,
  answer: { name: 'agreement', schema: answerSchema(agreementAnswer) },
  read: readAgreement,
  valueOf: ({ agreed }) => (agreed ? 1 : 0),
};

export function createAgreementJudge(model: ChatModel, sampling: Sampling): Judge<AgreementMaterial> {
  return createModelJudge(rubric, model, sampling);
}
