/**
 * A byte-level encoding: ids 0–255 are UTF-8 bytes, those above mark where a message begins and ends. A prompt that
 * carries the whole dialogue therefore starts with exactly the ids of the prompt and reply before it.
 */
import { deriveSeed, seededRandom, type TokenTrace } from '../../domain/index.js';
import type { Message, TokenChoice } from '../model.js';

const beginOf = { system: 256, user: 257, assistant: 258 } as const;
const end = 259;

export function promptTokenIds(messages: readonly Message[]): Int32Array {
  const texts = messages.map(({ content }) => Buffer.from(content, 'utf8'));
  const ids = new Int32Array(texts.reduce((length, text) => length + text.length + 2, 1));
  let at = 0;
  for (const [index, { role }] of messages.entries()) {
    const text = texts[index] ?? Buffer.alloc(0);
    ids[at] = beginOf[role];
    ids.set(text, at + 1);
    ids[at + 1 + text.length] = end;
    at += text.length + 2;
  }
  ids[at] = beginOf.assistant;
  return ids;
}

/** The reply as text and tokens, cut at `maxTokens`; the end mark counts as a token. */
export function encodeReply(
  text: string,
  maxTokens: number,
): { content: string; replyIds: Int32Array; finishReason: 'stop' | 'length' } {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length < maxTokens)
    return { content: text, replyIds: Int32Array.from([...bytes, end]), finishReason: 'stop' };
  const kept = bytes.subarray(0, maxTokens);
  return {
    // As a stream that goes on, so that a character cut in two is left out.
    content: new TextDecoder('utf-8', { ignoreBOM: true }).decode(kept, { stream: true }),
    replyIds: Int32Array.from(kept),
    finishReason: 'length',
  };
}

/** Made-up log-probabilities in (−4, 0], a function of seed and ids. */
export function rehearsedLogprobs(replyIds: Int32Array, seed: number): Float32Array {
  const random = seededRandom(deriveSeed(seed, 'logprobs'));
  return Float32Array.from(replyIds, () => -4 * random() ** 3);
}

export function rehearsedTrace(promptIds: Int32Array, replyIds: Int32Array, seed: number): TokenTrace {
  return { promptIds, replyIds, logprobs: rehearsedLogprobs(replyIds, seed), source: 'rehearsal' };
}

/** One choice per character. */
export function rehearsedChoices(content: string, count: number): TokenChoice[] {
  return [...content].map((token) => ({ token, alternatives: rehearsedAlternatives(token, count) }));
}

/** A digit might have been one of its neighbours, each at a tenth; any other character was never in doubt. */
export function rehearsedAlternatives(token: string, count: number): { token: string; logprob: number }[] {
  const written = /^\d$/.test(token) ? Number(token) : null;
  if (written === null) return [{ token, logprob: 0 }];
  const neighbours = [written - 1, written + 1].filter((digit) => digit >= 0 && digit <= 9);
  const spoken = { token, logprob: Math.log(1 - 0.1 * neighbours.length) };
  return [spoken, ...neighbours.map((digit) => ({ token: String(digit), logprob: Math.log(0.1) }))].slice(0, count);
}

const marks = new Map([...Object.entries(beginOf).map(([role, id]) => [id, `<${role}>`] as const), [end, '<end>']]);

/**
 * The text of each token. A byte that is only a part of a character holds nothing, and the last of its bytes the whole
 * character, so that the pieces joined are the text.
 */
export function rehearsalPieces(ids: ArrayLike<number>): string[] {
  let decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return Array.from(ids, (id) => {
    const mark = marks.get(id);
    if (mark === undefined) return decoder.decode(Uint8Array.of(id), { stream: true });
    // What a cut reply left unfinished is dropped.
    decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return mark;
  });
}
