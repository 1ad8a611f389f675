/** A ChatModel that answers by a function and keeps what it was asked. */
import type { ChatModel, ChatRequest } from '../../src/chat/index.js';
import type { Reply } from '../../src/domain/index.js';

export interface ScriptedModel extends ChatModel {
  /** In the order in which they were asked for. */
  readonly requests: ChatRequest[];
  readonly signals: (AbortSignal | undefined)[];
}

/** `script` gets the request and how many came before it. What it throws, the model throws. */
export function scriptedModel(
  script: (request: ChatRequest, index: number) => string | Promise<string>,
  name = 'scripted',
): ScriptedModel {
  const requests: ChatRequest[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  return {
    name,
    baseUrl: null,
    requests,
    signals,
    async complete(request, signal) {
      signals.push(signal);
      return replyOf(await script(request, requests.push(request) - 1));
    },
  };
}

export function replyOf(content: string): Reply {
  return {
    content,
    finishReason: 'stop',
    promptTokens: 10,
    completionTokens: 5,
    tokens: null,
    latencyMs: 0,
    failedAttempts: [],
  };
}

/** Which of the prompts of this program a request is made of: the first line of its system message. */
export function roleOf({ messages }: Pick<ChatRequest, 'messages'>): string {
  return messages[0]?.content.split('\n', 1)[0]?.replace('# ', '') ?? '';
}

export const judgedYes = JSON.stringify({ agreed: true, reason: 'both accept' });
export const judgedNo = JSON.stringify({ agreed: false, reason: 'they differ' });
export const judgedScore = (overall: number) =>
  JSON.stringify({ knowledge: 1, benevolence: 2, power: 3, vitality: 4, overall, rationale: 'because' });
