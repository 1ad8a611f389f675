import { describe, expect, test } from 'vitest';
import { readMaterial } from '../../src/chat/rehearsal/graders.js';
import { type Dilemma, defaultSampling } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';
import type { CellFilter } from '../../src/generation/cells.js';
import { createDilemmaGenerator } from '../../src/generation/dilemmas.js';
import { aDilemma, passingText } from '../support/library.js';
import { roleOf, type ScriptedModel, scriptedModel } from '../support/scripted-model.js';

const good = { two_sided: 4, concrete: 3, reason: 'because' };
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');

interface Parts {
  library?: Dilemma[];
  filter?: CellFilter;
  /** What the writer answers: text as it is, anything else as JSON. */
  writes?: unknown;
  rates?: unknown;
  leastMark?: number;
  seed?: number;
}

const spoken = (answer: unknown) => (typeof answer === 'string' ? answer : JSON.stringify(answer));

function generatorOf({
  library = [aDilemma('known')],
  filter = {},
  writes,
  rates = good,
  leastMark = 3,
  seed = 7,
}: Parts) {
  const text = writes ?? { title: 'New Boat', text: passingText('fresh') };
  const writer = scriptedModel(() => spoken(text), 'writer');
  const rater = scriptedModel(() => spoken(rates), 'rater');
  const generator = createDilemmaGenerator({
    ...{ library, tensions: ['cost-quality'], filter, leastMark, seed },
    writer: { model: writer, sampling: defaultSampling.speaking },
    rater: { model: rater, sampling: defaultSampling.judging },
    now: () => new Date('2030-05-06T07:08:09Z'),
  });
  return { generator, writer, rater };
}

const shown = ({ requests }: ScriptedModel) =>
  readMaterial(requests[0]?.messages.at(-1)?.content ?? '') as Record<string, unknown>;

describe('an accepted dilemma', () => {
  test('belongs to its cell and says by which model, prompt and seed, when and with which marks it came to be', async () => {
    const library = [aDilemma('known', { tier: 'professional', setting: 'Peru', stage: 'youth' })];
    const { generator } = generatorOf({ library, writes: { title: 'The Crème Boat!', text: passingText('fresh') } });
    const attempt = await generator.propose(0);
    expect(attempt).toEqual({
      accepted: true,
      record: {
        ...{ id: expect.stringMatching(/^[a-z-]+-the-creme-boat$/), split: 'train', text: passingText('fresh') },
        tier: expect.stringMatching(/^(interpersonal|everyday)$/),
        ...{ domain: expect.any(String), setting: 'Peru', stage: 'youth', tags: ['cost-quality'] },
        provenance: {
          ...{ model: 'writer', prompt_hash: expect.stringMatching(/^[0-9a-f]{16}$/), seed: expect.any(Number) },
          ...{ date: '2030-05-06', ratings: { two_sided: 4, concrete: 3 } },
        },
      },
    });
  });

  test('is one paragraph, even where the model answers in a code fence and with line breaks', async () => {
    const text = passingText('fresh').replaceAll('. ', '.\n\n');
    const fenced = `\`\`\`json\n${JSON.stringify({ title: 'Boat', text }, null, 2)}\n\`\`\`\n`;
    const attempt = await generatorOf({ writes: fenced }).generator.propose(0);
    expect(attempt).toMatchObject({ accepted: true, record: { text: passingText('fresh') } });
  });

  test('is asked for with a seed of its own: the same again, another for another attempt or run', async () => {
    const seedOf = async (seed: number, attempt: number) => {
      const { generator, writer, rater } = generatorOf({ seed });
      await generator.propose(attempt);
      expect(rater.requests[0]?.seed).toBe(writer.requests[0]?.seed);
      return writer.requests[0]?.seed;
    };
    expect(await seedOf(1, 0)).toBe(await seedOf(1, 0));
    expect(new Set([await seedOf(1, 0), await seedOf(1, 1), await seedOf(2, 0)]).size).toBe(3);
  });
});

describe('the models', () => {
  const strangers = Array.from({ length: 6 }, (_, index) => aDilemma(`other${index}`, { domain: `domain${index}` }));

  test('are asked for JSON of a form: the writer with its cell and three examples of other domains', async () => {
    const siblings = ['one', 'two', 'three'].map((mark) => aDilemma(mark, { domain: 'domain0' }));
    const library = [...siblings, ...strangers.slice(0, 4)];
    const { generator, writer, rater } = generatorOf({ library, filter: { domain: 'domain0' } });
    await generator.propose(0);
    const { cell, examples } = shown(writer) as { cell: object; examples: string[] };
    expect(cell).toMatchObject({ tier: 'everyday', domain: 'domain0', tension: 'cost-quality' });
    expect([...examples].sort()).toEqual(strangers.slice(1, 4).map(({ text }) => text));
    expect(writer.requests[0]?.answer).toMatchObject({ name: 'dilemma', schema: { required: ['title', 'text'] } });
    expect([roleOf(writer.requests[0]!), roleOf(rater.requests[0]!)]).toEqual(['Dilemma writer', 'Dilemma rater']);
    expect(shown(rater)).toEqual({ dilemma: passingText('fresh') });
  });

  test('are shown other examples for each attempt, and never evaluation data', async () => {
    const secret = strangers.map(({ id, domain }) => aDilemma(`eval-${id}`, { split: 'eval-open', domain }));
    const library = [...strangers, ...secret];
    const { generator, writer } = generatorOf({ library, filter: { tier: 'everyday' }, writes: 'no' });
    for (let attempt = 0; attempt < 12; attempt++) await generator.propose(attempt);
    const prompts = writer.requests.map(({ messages }) => messages.at(-1)?.content ?? '');
    expect(new Set(prompts.map((prompt) => prompt.replace(/^.*"examples"/s, ''))).size).toBeGreaterThan(3);
    for (const prompt of prompts) expect(prompt).not.toContain('eval-');
  });

  test('stop the attempt with what they throw', async () => {
    const { generator, writer } = generatorOf({});
    writer.complete = () => Promise.reject(new EntenteError('refused', 'no'));
    await expect(generator.propose(0)).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('a candidate is rejected as', () => {
  const text = (replaced: string) => ({ title: 'Boat', text: replaced });
  const fresh = passingText('fresh');
  const marks = (count: number) => Array.from({ length: count }, (_, index) => `mark${index}`);
  const alike = marks(4).map((mark) => aDilemma(mark, { text: `Nine days before snow, ${passingText(mark)}` }));
  const named = marks(12).map((mark) => aDilemma(mark, { text: `${mark} came to Mara. ${passingText(mark)}` }));
  /** So many words in common with any other of these. */
  const half = (mark: string, shared: number) =>
    `${mark} ${words(shared)} ${Array.from({ length: 58 - shared }, (_, index) => `${mark}${index}`).join(' ')} what?`;

  const cases: [string, Parts][] = [
    ['unreadable', { writes: 'Here is a dilemma for you.' }],
    ['unreadable', { writes: '{"title": "Boat"' }],
    ['unreadable', { writes: { title: 'Boat', dilemma: fresh } }],
    ['unreadable', { writes: text('a '.repeat(2_500)) }],
    ['malformed', { writes: text('  \n ') }],
    ['id', { library: [aDilemma('boats-boat')], filter: { domain: 'boats' }, writes: text(fresh) }],
    ['length', { writes: text('What now?') }],
    ['question', { writes: text(fresh.replace(/What .*\?$/, 'Should they sell?')) }],
    ['opening', { library: alike, writes: text(`Nine days before snow ${fresh}`) }],
    [
      'sentence',
      {
        library: [aDilemma('known', { text: `Rain falls. ${passingText('known')}` })],
        writes: text(
          `${fresh.replace(/^.*?\. /, 'Ice, fresh and thin, holds the boats of both rowers. Rain falls. ')}`,
        ),
      },
    ],
    ['name', { library: named, writes: text(`fresh came to Mara. ${fresh}`) }],
    ['overlap', { library: [aDilemma('known', { text: half('known', 22) })], writes: text(half('fresh', 22)) }],
    [
      'leak',
      {
        library: [aDilemma('known'), aDilemma('eval', { split: 'eval-open', text: half('known', 16) })],
        writes: text(half('fresh', 16)),
      },
    ],
    ['unreadable rating', { rates: 'I like it.' }],
    ['unreadable rating', { rates: { ...good, two_sided: 9 } }],
    ['one-sided', { rates: { ...good, two_sided: 2 } }],
    ['one-sided', { rates: { ...good, two_sided: 3, concrete: 5 }, leastMark: 4 }],
    ['vague', { rates: { ...good, concrete: 2.9 } }],
  ];
  test.each(cases)('%s (%#)', async (reason, parts) => {
    const { generator, rater } = generatorOf(parts);
    expect(await generator.propose(0)).toEqual({ accepted: false, reason });
    // What the rules refuse is not paid for twice.
    expect(rater.requests).toHaveLength(/rating|one-sided|vague/.test(reason) ? 1 : 0);
  });

  test('what repeats a dilemma of its own batch, once that is admitted', async () => {
    const { generator } = generatorOf({});
    const attempt = await generator.propose(0);
    if (!attempt.accepted) throw new Error(attempt.reason);
    expect(generator.screen(attempt.record)).toBeNull();
    generator.admit(attempt.record);
    expect(generator.screen(attempt.record)).toBe('id');
    expect(generator.screen({ ...attempt.record, id: 'another' })).toBe('sentence');
  });
});
