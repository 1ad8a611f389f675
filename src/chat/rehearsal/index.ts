/**
 * The rehearsal model: a seeded, rule-based stand-in for all roles, in this process. It rehearses the pipeline and
 * tells nothing about any LLM. It sees the messages of a call and its seed, nothing else; the role it plays stands in
 * the first line of the system message.
 */
import { deriveSeed } from '../../domain/index.js';
import { EntenteError } from '../../errors.js';
import type { ChatModel, ChatReply, ChatRequest, Message } from '../model.js';
import { writeDilemma, writePair } from './author.js';
import { preferAgency, preferResolution } from './comparer.js';
import {
  answerAlone,
  judgeAgreement,
  readMaterial,
  scoreAgency,
  scoreUtility,
  waverOf,
  weighRoles,
  writeCompletion,
} from './graders.js';
import { speakTurn } from './negotiator.js';
import { encodeReply, promptTokenIds, rehearsedChoices, rehearsedTrace } from './tokens.js';

export { rehearsalPieces } from './tokens.js';

export const rehearsalName = 'rehearsal';

export function createRehearsalModel(): ChatModel {
  return {
    name: rehearsalName,
    baseUrl: null,
    async complete(request, signal) {
      if (signal?.aborted) throw new EntenteError('interrupted', 'rehearsal: stopped');
      return rehearse(request);
    },
  };
}

/** One reply. Pure: the same request gets the same reply; at temperature 0 whatever its seed. */
export function rehearse({ messages, sampling, seed, wantTokens, alternatives }: ChatRequest): ChatReply {
  const { temperature } = sampling;
  // Greedy: no luck, so that nothing but the prompt decides.
  const luck = temperature === 0 ? deriveSeed('greedy', ...messages.map((message) => message.content)) : seed;
  const { content, replyIds, finishReason } = encodeReply(replyTo(messages, luck, temperature), sampling.max_tokens);
  const promptIds = promptTokenIds(messages);
  return {
    content,
    finishReason,
    promptTokens: promptIds.length,
    completionTokens: replyIds.length,
    tokens: wantTokens ? rehearsedTrace(promptIds, replyIds, seed) : null,
    latencyMs: 0,
    failedAttempts: [],
    ...(alternatives === undefined ? {} : { choices: rehearsedChoices(content, alternatives) }),
  };
}

function replyTo(messages: readonly Message[], seed: number, temperature: number): string {
  const role = messages.find((message) => message.role === 'system')?.content.split('\n', 1)[0];
  const asked = messages.find((message) => message.role === 'user')?.content ?? '';
  switch (role) {
    case '# Negotiator':
      return speakTurn(messages, seed);
    case '# Joint answer':
      return writeCompletion(readMaterial(asked), seed);
    case '# Direct answer':
      return answerAlone(asked, seed);
    case '# Agreement judge':
      return JSON.stringify(judgeAgreement(readMaterial(asked)));
    case '# Collective Agency scorer':
      return JSON.stringify(scoreAgency(readMaterial(asked), waverOf(temperature, seed)));
    case '# Stakeholder judge':
      return JSON.stringify(scoreUtility(readMaterial(asked), waverOf(temperature, seed)));
    case '# Stakeholder weigher':
      return JSON.stringify(weighRoles(readMaterial(asked)));
    case '# Pairwise judge: agency':
      return JSON.stringify(preferAgency(readMaterial(asked), seed));
    case '# Pairwise judge: resolution':
      return JSON.stringify(preferResolution(readMaterial(asked), seed));
    case '# Dilemma writer':
      return JSON.stringify(writeDilemma(readMaterial(asked), seed));
    case '# Dilemma rater':
      return JSON.stringify({ two_sided: 3 + (seed % 3), concrete: 4, reason: 'Rated by rule.' });
    case '# Persona pair writer':
      return JSON.stringify(writePair(seed));
    case '# Persona pair rater':
      return JSON.stringify({ opposed: 4, balanced: 3 + (seed % 3), reason: 'Rated by rule.' });
    default:
      return 'This is a rehearsal model. It plays the roles of entente by rule and knows nothing else.';
  }
}
