/** What a judge is: one that asks a model and reads its answer by a rubric, or one that follows a rule. */
import type { ChatModel } from '../chat/index.js';
import type { Reply, Sampling, Verdict, VerdictKind } from '../domain/index.js';
import { type AskCall, type Asked, createAsker, type Question } from './question.js';

/** An answer and what it means. `verdict.parseOk` false: it could not be read, and the value is null. */
export interface Judged {
  reply: Reply;
  verdict: Verdict;
}

export interface JudgeCall extends AskCall {
  /** The round judged; 0 for a completion. */
  round: number;
}

/** Grades one thing. Throws EntenteError where no answer was to be had. */
export interface Judge<Material> {
  /** Stored beside its verdicts. */
  readonly name: string;
  /** Names the exact words of its prompt, or the version of its rule. */
  readonly promptHash: string;
  judge(material: Material, call: JudgeCall): Promise<Judged>;
  /** The one further try, after an answer that could not be read. */
  repair?(material: Material, unread: Reply, call: JudgeCall): Promise<Judged>;
}

/** A kind of judgement: what is asked, what becomes of the answer, and what is told without asking. */
export interface Rubric<Answer extends object, Material> extends Question<Answer> {
  kind: VerdictKind;
  valueOf(answer: Answer): number;
  /** The key of the answer that holds the value as a score from 0 to 5; null where there is none. */
  scoreKey: (keyof Answer & string) | null;
  /** What is to be judged in the material: the texts that a negotiator wrote. */
  written(material: Material): readonly string[];
  /** The answer to texts of which one says nothing. */
  worst(reason: string): Answer;
}

export interface ModelJudgeOptions {
  /** Take the expected score for the value, where the server tells enough to compute it. */
  expectedScore?: boolean;
}

/** A judge that shows a model the material and reads its answer by the rubric. */
export function createModelJudge<Material extends object, Answer extends object>(
  rubric: Rubric<Answer, Material>,
  model: ChatModel,
  sampling: Sampling,
  { expectedScore = false }: ModelJudgeOptions = {},
): Judge<Material> {
  const { ask, askAgain } = createAsker(rubric, model, sampling, expectedScore ? rubric.scoreKey : null);
  const judged = ({ reply, ...asked }: Asked<Answer>, { round }: JudgeCall): Judged => ({
    reply,
    verdict: verdictOf(rubric, asked, round),
  });
  return {
    name: model.name,
    promptHash: rubric.prompt.hash,
    judge: async (material, call) => judged(await ask(material, call), call),
    repair: async (material, unread, call) => judged(await askAgain(material, unread, call), call),
  };
}

/** A judge without a model. `value` and `detail` as in `Verdict`; `version` changes whenever the rule does. */
export function createRuleJudge<Material>(
  kind: VerdictKind,
  name: string,
  version: string,
  rule: (material: Material) => { value: number; detail: Readonly<Record<string, unknown>> },
): Judge<Material> {
  return {
    name,
    promptHash: version,
    async judge(material, { round }) {
      const { value, detail } = rule(material);
      return { reply: unasked(JSON.stringify(detail)), verdict: { kind, round, value, detail, parseOk: true } };
    },
  };
}

/** What stands in for a reply where no model was asked. */
export function unasked(content: string): Reply {
  return {
    content,
    finishReason: 'stop',
    promptTokens: null,
    completionTokens: null,
    tokens: null,
    latencyMs: 0,
    failedAttempts: [],
  };
}

function verdictOf<Answer extends object, Material>(
  rubric: Rubric<Answer, Material>,
  { reading, score }: Pick<Asked<Answer>, 'reading' | 'score'>,
  round: number,
): Verdict {
  const { kind } = rubric;
  if (!reading.ok) return { kind, round, value: null, detail: null, parseOk: false };
  const detail = { ...Object.fromEntries(Object.entries(reading.answer)), ...score };
  return { kind, round, value: score?.expected ?? rubric.valueOf(reading.answer), detail, parseOk: true };
}
