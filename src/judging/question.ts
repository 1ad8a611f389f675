/**
 * One question to a model, one strict reading, one repair try. What a model, a persona or a dilemma said goes in as one
 * JSON document, so that no text in it can pass for an instruction.
 */
import { type ChatModel, fillPrompt, type Message, materialMessage, type Prompt } from '../chat/index.js';
import type { Reply, Sampling } from '../domain/index.js';
import { type ExpectedScore, expectedScore } from './expected-score.js';
import { judgingPrompts } from './prompts.js';
import type { Reading } from './verdict-text.js';

/** A kind of question: its prompt, the form of its answer, and how an answer is read. */
export interface Question<Answer extends object> {
  prompt: Prompt;
  answer: { name: string; schema: Record<string, unknown> };
  read(raw: string): Reading<Answer>;
}

export interface Asked<Answer extends object> {
  reply: Reply;
  reading: Reading<Answer>;
  /** Null where it was not asked for, or not to be had. */
  score: ExpectedScore | null;
}

export interface AskCall {
  seed: number;
  signal?: AbortSignal;
  /** As in a chat request: what belongs together goes to one server. */
  affinity?: object;
}

export interface Asker<Answer extends object> {
  ask(material: object, call: AskCall): Promise<Asked<Answer>>;
  /** Shows the model its own words, says what was wrong with them, and asks again. */
  askAgain(material: object, unread: Reply, call: AskCall): Promise<Asked<Answer>>;
}

/** The six scores, each with and without a blank before it, fit into so many. */
const alternatives = 12;

/** `scoreKey`: the key of the answer whose expectation is wanted; null asks for no log-probabilities. */
export function createAsker<Answer extends object>(
  question: Question<Answer>,
  model: ChatModel,
  sampling: Sampling,
  scoreKey: string | null = null,
): Asker<Answer> {
  const wish = scoreKey === null ? {} : { alternatives };
  async function send(messages: readonly Message[], { seed, signal, affinity }: AskCall): Promise<Asked<Answer>> {
    const request = { messages, sampling, seed, wantTokens: false, answer: question.answer, ...wish };
    const sent = affinity === undefined ? request : { ...request, affinity };
    const { choices, ...reply } = await model.complete(sent, signal);
    const score = scoreKey === null || choices === undefined ? null : expectedScore(choices, scoreKey);
    return { reply, reading: question.read(reply.content), score };
  }
  const opening = (material: object): readonly Message[] => [
    { role: 'system', content: question.prompt.text },
    materialMessage(material),
  ];
  return {
    ask: (material, call) => send(opening(material), call),
    askAgain: (material, unread, call) => {
      const reading = question.read(unread.content);
      const problem = reading.ok ? 'it has another form' : reading.problem;
      const complaint = fillPrompt(judgingPrompts.repair.text, { problem });
      return send(
        [...opening(material), { role: 'assistant', content: unread.content }, { role: 'user', content: complaint }],
        call,
      );
    },
  };
}
