import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/chat/index.js';
import { encodeReply, promptTokenIds, rehearsedLogprobs, rehearsedTrace } from '../../../src/chat/rehearsal/tokens.js';
import { speakerMessages } from '../../../src/deliberation/index.js';
import { dilemmaSchema, personaPairSchema, roundOfTurn, seatOfTurn, type Turn } from '../../../src/domain/index.js';
import { makeScenario } from '../../../src/scenarios/index.js';
import { anyWords } from '../../support/words.js';

const words = anyWords(80);
const message = fc.record<Message>({ role: fc.constantFrom('system', 'user', 'assistant'), content: words });

/** Reads ids back as the doc of the encoding says: bytes between a mark of the role and the end mark, 259. */
function decode(ids: Iterable<number>): Message[] {
  const roles = ['system', 'user', 'assistant'] as const;
  const messages: Message[] = [];
  let bytes: number[] = [];
  let role: Message['role'] = 'assistant';
  for (const id of ids) {
    if (id === 259) messages.push({ role, content: Buffer.from(bytes).toString('utf8') });
    else if (id > 255) [role, bytes] = [roles[id - 256] ?? 'assistant', []];
    else bytes.push(id);
  }
  return messages;
}

describe('the tokens of the rehearsal', () => {
  test('of a prompt can be read back as its messages', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (messages) => {
        expect(decode(promptTokenIds(messages))).toEqual(messages);
      }),
      { seed: 41, numRuns: 300 },
    );
  });

  test('of a reply can be read back as its words', () => {
    fc.assert(
      fc.property(words, (text) => {
        const { content, replyIds, finishReason } = encodeReply(text, 1000);
        expect({ content, finishReason }).toEqual({ content: text, finishReason: 'stop' });
        expect(decode(replyIds)).toEqual([{ role: 'assistant', content: text }]);
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  test('of a reply that is cut are as many as allowed, and its words all that they spell in full', () => {
    const multibyte = fc.string({ unit: fc.constantFrom('a', 'é', '→', '🫱', '\ufffd', '\ufeff'), maxLength: 30 });
    fc.assert(
      fc.property(fc.oneof(multibyte, words), fc.integer({ min: 1, max: 60 }), (text, limit) => {
        const bytes = Buffer.from(text, 'utf8');
        fc.pre(bytes.length >= limit);
        const { content, replyIds, finishReason } = encodeReply(text, limit);
        expect(finishReason).toBe('length');
        expect([...replyIds]).toEqual([...bytes.subarray(0, limit)]);
        expect(text.startsWith(content)).toBe(true);
        const left = limit - Buffer.byteLength(content);
        const next = String.fromCodePoint(text.codePointAt(content.length) ?? 0);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left).toBeLessThan(Buffer.byteLength(next));
      }),
      { seed: 43, numRuns: 500 },
    );
  });

  test('never run over the limit, the end mark included', () => {
    expect(encodeReply('abc', 4)).toMatchObject({ finishReason: 'stop', replyIds: Int32Array.of(97, 98, 99, 259) });
    expect(encodeReply('abc', 3)).toMatchObject({ finishReason: 'length', replyIds: Int32Array.of(97, 98, 99) });
  });

  test('have one log-probability each, above −4 and at most 0, which follow from the seed', () => {
    fc.assert(
      fc.property(words, fc.nat(), (text, seed) => {
        const { replyIds } = encodeReply(text, 1000);
        const { logprobs, source } = rehearsedTrace(promptTokenIds([]), replyIds, seed);
        expect(source).toBe('rehearsal');
        expect(logprobs).toEqual(rehearsedLogprobs(replyIds, seed));
        expect(logprobs).toHaveLength(replyIds.length);
        for (const logprob of logprobs ?? []) {
          expect(logprob).toBeGreaterThan(-4);
          expect(logprob).toBeLessThanOrEqual(0);
        }
      }),
      { seed: 44 },
    );
  });
});

describe('a seat that sees the whole dialogue', () => {
  const scenario = makeScenario(
    dilemmaSchema.parse({ id: 'd', tier: 'everyday', domain: 'home', text: 'The night ferry runs at a loss.' }),
    personaPairSchema.parse({
      id: 'p',
      tension: 'thrift against care',
      a: { name: 'the saver', stance: 'Spend nothing.' },
      b: { name: 'the giver', stance: 'Spare no cost.' },
    }),
  );

  function startsWith(ids: Int32Array, start: readonly number[]): boolean {
    return start.every((id, index) => ids[index] === id);
  }

  test('gets prompts that each begin with exactly the ids of its last prompt and reply', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 3, maxLength: 8 }), (said) => {
        const turns = said.map<Turn>((content, turnIndex) => ({
          turnIndex,
          round: roundOfTurn(turnIndex),
          seat: seatOfTurn(turnIndex),
          content,
        }));
        const promptOf = (index: number, window: number | 'all') =>
          promptTokenIds(speakerMessages(scenario, seatOfTurn(index), turns.slice(0, index), window));
        for (let index = 2; index < turns.length; index++) {
          const { replyIds } = encodeReply(said[index - 2] ?? '', 1000);
          const before = [...promptOf(index - 2, 'all'), ...replyIds];
          expect(startsWith(promptOf(index, 'all'), before)).toBe(true);
          // With a window the beginning falls away, and with it the prefix.
          if (index >= 4) expect(startsWith(promptOf(index, 2), [...promptOf(index - 2, 2), ...replyIds])).toBe(false);
        }
      }),
      { seed: 45 },
    );
  });
});
