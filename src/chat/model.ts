/** The port to language models: one call in, one reply out. Everything that speaks HTTP to a model lies behind it. */
import type { Reply, Sampling } from '../domain/index.js';

export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface ChatRequest {
  messages: readonly Message[];
  sampling: Sampling;
  /** Non-negative, 31 bits. The same request with the same seed should get the same reply. */
  seed: number;
  /** Ask for token ids and log-probabilities, where the server can give them. */
  wantTokens: boolean;
  /** Calls with the same one go to the same of several servers, where their prompts are cached. */
  affinity?: object;
  /** The JSON Schema an answer must follow, where the server can hold a model to one. */
  answer?: { name: string; schema: Readonly<Record<string, unknown>> };
  /** Ask, for each token of the reply, for so many of the likeliest in its place, where the server tells them. */
  alternatives?: number;
}

/** What the server knew about one token of a reply. */
export interface TokenChoice {
  token: string;
  /** The likeliest tokens in this place, with natural-log probabilities; the one that was written is mostly among them. */
  alternatives: readonly { token: string; logprob: number }[];
}

/** `choices` is there only where alternatives were asked for and given; it is not stored. */
export interface ChatReply extends Reply {
  choices?: readonly TokenChoice[];
}

export interface ChatModel {
  /** As the server knows it and as it is stored. */
  readonly name: string;
  /** Its base URL; null where it runs in this process. */
  readonly baseUrl: string | null;
  /** Throws EntenteError: what is no proper reply (error, refusal, nothing) never comes back as one. */
  complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply>;
  /** Throws `endpoint` where no call could succeed: unreachable, wrong key, unknown model. */
  preflight?(signal?: AbortSignal): Promise<void>;
}

/** The same model, completing in another way. No spread: it would lose the methods and getters of a class. */
export function completingWith(model: ChatModel, complete: ChatModel['complete']): ChatModel {
  const preflight = model.preflight?.bind(model);
  return { name: model.name, baseUrl: model.baseUrl, complete, ...(preflight === undefined ? {} : { preflight }) };
}
