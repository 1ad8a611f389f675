/**
 * What a judge is, and the judge that asks a model: one question, one strict reading, one repair try. What a model, a
 * persona or a dilemma said goes in as one JSON document, so that no text in it can pass for an instruction.
 */
import { type ChatModel, fillPrompt, type Message, materialMessage, type Prompt, readPrompt } from '../chat/index.js';
import type { Reply, Sampling, Verdict, VerdictKind } from '../domain/index.js';
import type { Reading } from './verdict-text.js';

/** An answer and what it means. `verdict.parseOk` false: it could not be read, and the value is null. */
export interface Judged {
  reply: Reply;
  verdict: Verdict;
}

export interface JudgeCall {
  seed: number;
  /** The round judged; 0 for a completion. */
  round: number;
  signal?: AbortSignal;
  /** As in a chat request: what belongs together goes to one server. */
  affinity?: object;
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

/** A kind of judgement: its prompt, the form of its answer, and how an answer becomes a value. */
export interface Rubric<Answer extends object> {
  kind: VerdictKind;
  prompt: Prompt;
  answer: { name: string; schema: Record<string, unknown> };
  read(raw: string): Reading<Answer>;
  valueOf(answer: Answer): number;
}

const prompt = (name: string) => readPrompt(new URL(`../../src/judging/${name}.md`, import.meta.url));

/** Every prompt of this folder. */
export const judgingPrompts = {
  agreement: prompt('agreement'),
  collectiveAgency: prompt('collective-agency'),
  repair: prompt('repair'),
};

/** A judge that shows a model the material and reads its answer by the rubric. */
export function createModelJudge<Material extends object, Answer extends object>(
  rubric: Rubric<Answer>,
  model: ChatModel,
  sampling: Sampling,
): Judge<Material> {
  async function ask(messages: readonly Message[], { seed, round, signal, affinity }: JudgeCall): Promise<Judged> {
    const request = { messages, sampling, seed, wantTokens: false, answer: rubric.answer };
    const reply = await model.complete(affinity === undefined ? request : { ...request, affinity }, signal);
    return { reply, verdict: verdictOf(rubric, reply.content, round) };
  }
  return {
    name: model.name,
    promptHash: rubric.prompt.hash,
    judge: (material, call) => ask(question(rubric, material), call),
    repair: (material, unread, call) => {
      const reading = rubric.read(unread.content);
      const complaint = fillPrompt(judgingPrompts.repair.text, {
        problem: reading.ok ? 'it has another form' : reading.problem,
      });
      const messages: readonly Message[] = [
        ...question(rubric, material),
        { role: 'assistant', content: unread.content },
        { role: 'user', content: complaint },
      ];
      return ask(messages, call);
    },
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
      const reply: Reply = {
        content: JSON.stringify(detail),
        finishReason: 'stop',
        promptTokens: null,
        completionTokens: null,
        tokens: null,
        latencyMs: 0,
        failedAttempts: [],
      };
      return { reply, verdict: { kind, round, value, detail, parseOk: true } };
    },
  };
}

function question(rubric: { prompt: Prompt }, material: object): readonly Message[] {
  return [{ role: 'system', content: rubric.prompt.text }, materialMessage(material)];
}

function verdictOf<Answer extends object>(rubric: Rubric<Answer>, raw: string, round: number): Verdict {
  const reading = rubric.read(raw);
  return {
    kind: rubric.kind,
    round,
    value: reading.ok ? rubric.valueOf(reading.answer) : null,
    detail: reading.ok ? Object.fromEntries(Object.entries(reading.answer)) : null,
    parseOk: reading.ok,
  };
}
