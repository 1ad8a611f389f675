import { describe, expect, test } from 'vitest';
import { readMaterial } from '../../src/chat/rehearsal/graders.js';
import { defaultSampling, type PersonaPair } from '../../src/domain/index.js';
import { createPairGenerator } from '../../src/generation/pairs.js';
import { aPair } from '../support/library.js';
import { roleOf, scriptedModel } from '../support/scripted-model.js';

const good = { opposed: 5, balanced: 4, reason: 'because' };
const { tension, a, b } = aPair('fresh');
const written = { id: 'Fresh Stale', tension, a, b };
const spoken = (answer: unknown) => (typeof answer === 'string' ? answer : JSON.stringify(answer));

interface Parts {
  library?: PersonaPair[];
  writes?: unknown;
  rates?: unknown;
}

function generatorOf({ library = [aPair('known')], writes = written, rates = good }: Parts = {}) {
  const writer = scriptedModel(() => spoken(writes), 'writer');
  const rater = scriptedModel(() => spoken(rates), 'rater');
  const generator = createPairGenerator({
    ...{ library, leastMark: 3, seed: 7 },
    writer: { model: writer, sampling: defaultSampling.speaking },
    rater: { model: rater, sampling: defaultSampling.judging },
    now: () => new Date('2030-05-06T07:08:09Z'),
  });
  return { generator, writer, rater };
}

describe('an accepted pair', () => {
  test('is for training, tagged with its tension, and says how it came to be', async () => {
    expect(await generatorOf().generator.propose(0)).toEqual({
      accepted: true,
      record: {
        ...{ id: 'fresh-stale', split: 'train', tags: ['fresh-stale'], tension, a, b },
        provenance: {
          ...{ model: 'writer', prompt_hash: expect.stringMatching(/^[0-9a-f]{16}$/), seed: expect.any(Number) },
          ...{ date: '2030-05-06', ratings: { opposed: 5, balanced: 4 } },
        },
      },
    });
  });

  test('was written in view of every tension that there is, and rated in view of its stances alone', async () => {
    const library = ['one', 'two', 'three'].map((mark) => aPair(mark));
    const { generator, writer, rater } = generatorOf({ library });
    await generator.propose(0);
    const shown = (prompt: string | undefined) => readMaterial(prompt ?? '') as Record<string, unknown>;
    const material = shown(writer.requests[0]?.messages.at(-1)?.content);
    expect(material['tensions']).toEqual(library.map((pair) => pair.tension));
    expect(material['examples']).toHaveLength(2);
    expect(shown(rater.requests[0]?.messages.at(-1)?.content)).toEqual({ a, b });
    expect([roleOf(writer.requests[0]!), roleOf(rater.requests[0]!)]).toEqual([
      'Persona pair writer',
      'Persona pair rater',
    ]);
  });
});

test('a fault of the library is not held against a candidate', async () => {
  const library = [aPair('known', { a: { name: 'the lone keeper', stance: 'One sentence only.' } })];
  expect(await generatorOf({ library }).generator.propose(0)).toMatchObject({ accepted: true });
});

describe('a candidate is rejected as', () => {
  const stance = (count: number) =>
    `Keep it. ${Array.from({ length: count - 2 }, (_, index) => `word${index}`).join(' ')}.`;
  const cases: [string, Parts][] = [
    ['unreadable', { writes: 'Here you are.' }],
    ['unreadable', { writes: { ...written, b: undefined } }],
    ['malformed', { writes: { ...written, id: '…' } }],
    ['malformed', { writes: { ...written, tension: '' } }],
    ['tension', { library: [aPair('known', { tension })] }],
    ['tension', { writes: { ...written, id: 'Known' } }],
    ['name', { writes: { ...written, a: { ...a, name: b.name } } }],
    ['name', { library: [aPair('known', { b: { name: a.name, stance: 'Nobody. Nothing.' } })] }],
    ['balance', { writes: { ...written, a: { ...a, stance: stance(30) } } }],
    ['stance', { writes: { ...written, a: { ...a, stance: 'Keep fresh first but yield in all else.' } } }],
    ['stance', { library: [aPair('known', { a: { ...a, name: 'other' } })] }],
    ['unreadable rating', { rates: 'Well opposed.' }],
    ['not opposed', { rates: { ...good, opposed: 2 } }],
    ['unbalanced', { rates: { ...good, balanced: 1 } }],
  ];
  test.each(cases)('%s (%#)', async (reason, parts) => {
    const { generator, rater } = generatorOf(parts);
    expect(await generator.propose(0)).toEqual({ accepted: false, reason });
    expect(rater.requests).toHaveLength(/rating|opposed|unbalanced/.test(reason) ? 1 : 0);
  });

  test('what repeats a pair of its own batch, once that is admitted', async () => {
    const { generator } = generatorOf();
    const attempt = await generator.propose(0);
    if (!attempt.accepted) throw new Error(attempt.reason);
    expect(generator.screen(attempt.record)).toBeNull();
    generator.admit(attempt.record);
    expect(generator.screen({ ...attempt.record, id: 'another' })).toBe('tension');
    expect(generator.screen({ ...attempt.record, id: 'another', tension: 'another' })).toBe('name');
  });
});
