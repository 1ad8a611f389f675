/**
 * The rehearsal model: a seeded, rule-based stand-in for all roles, in this process. It rehearses the pipeline and
 * tells nothing about any LLM. It sees the messages of a call and its seed, nothing else; the role it plays stands in
 * the first line of the system message.
 */
import type { Reply } from '../../domain/index.js';
import type { ChatModel, ChatRequest, Message } from '../model.js';
import { answerAlone, judgeAgreement, readShown, scoreAgency, writeCompletion } from './graders.js';
import { speakTurn } from './negotiator.js';
import { encodeReply, promptTokenIds, rehearsedTrace } from './tokens.js';

export const rehearsalName = 'rehearsal';

export function createRehearsalModel(): ChatModel {
  return {
    name: rehearsalName,
    baseUrl: null,
    async complete(request) {
      return rehearse(request);
    },
  };
}

/** One reply. Pure: the same request gets the same reply. */
export function rehearse({ messages, sampling, seed, wantTokens }: ChatRequest): Reply {
  const { content, replyIds, finishReason } = encodeReply(replyTo(messages, seed), sampling.max_tokens);
  return {
    content,
    finishReason,
    promptTokens: promptTokenIds(messages).length,
    completionTokens: replyIds.length,
    tokens: wantTokens ? rehearsedTrace(messages, replyIds, seed) : null,
    latencyMs: 0,
    failedAttempts: [],
  };
}

function replyTo(messages: readonly Message[], seed: number): string {
  const role = messages.find((message) => message.role === 'system')?.content.split('\n', 1)[0];
  const asked = messages.find((message) => message.role === 'user')?.content ?? '';
  switch (role) {
    case '# Negotiator':
      return speakTurn(messages, seed);
    case '# Joint answer':
      return writeCompletion(readShown(asked), seed);
    case '# Direct answer':
      return answerAlone(asked, seed);
    case '# Agreement judge':
      return JSON.stringify(judgeAgreement(readShown(asked)));
    case '# Collective Agency scorer':
      return JSON.stringify(scoreAgency(readShown(asked)));
    default:
      return 'This is a rehearsal model. It plays the roles of entente by rule and knows nothing else.';
  }
}
