/** Generates persona pairs: a tension not yet there, two stances of equal strength, screened and rated. */
import { z } from 'zod';
import { deriveSeed, type PersonaPair, personaPairSchema, seededRandom, shuffled } from '../domain/index.js';
import { checkPairs } from '../scenarios/index.js';
import { askFor, generationPrompts } from './ask.js';
import { slug } from './dilemmas.js';
import type { Attempt, Generator, GeneratorOptions } from './generate.js';

const stance = z.object({ name: z.string().max(60), stance: z.string().max(2000) });
const answerSchema = z.object({ id: z.string().max(80), tension: z.string().max(200), a: stance, b: stance });
const ratingSchema = z.object({
  opposed: z.number().min(1).max(5),
  balanced: z.number().min(1).max(5),
  reason: z.string(),
});

export function createPairGenerator({
  library,
  writer,
  rater,
  leastMark,
  seed,
  now,
}: GeneratorOptions<PersonaPair>): Generator<PersonaPair> {
  const known = [...library];

  async function propose(attempt: number): Promise<Attempt<PersonaPair>> {
    const callSeed = deriveSeed(seed, 'attempt', attempt);
    const examples = shuffled(library, seededRandom(callSeed))
      .slice(0, 2)
      .map(({ tension, a, b }) => ({ tension, a, b }));
    const material = { tensions: known.map(({ tension }) => tension), examples };
    const answer = await askFor(writer, generationPrompts.pairWriter, 'persona_pair', answerSchema, material, callSeed);
    if (answer === null) return { accepted: false, reason: 'unreadable' };
    const { model } = writer;
    const provenance = {
      model: model.name,
      prompt_hash: generationPrompts.pairWriter.hash,
      seed: callSeed,
      date: now().toISOString().slice(0, 10),
    };
    const record = personaPairSchema.safeParse({ ...answer, id: slug(answer.id), tags: [slug(answer.id)], provenance });
    if (!record.success) return { accepted: false, reason: 'malformed' };
    const refusal = screen(record.data);
    if (refusal !== null) return { accepted: false, reason: refusal };
    const rating = await askFor(
      rater,
      generationPrompts.pairRater,
      'rating',
      ratingSchema,
      { a: answer.a, b: answer.b },
      callSeed,
    );
    if (rating === null) return { accepted: false, reason: 'unreadable rating' };
    const { opposed, balanced } = rating;
    if (Math.min(opposed, balanced) < leastMark)
      return { accepted: false, reason: opposed < leastMark ? 'not opposed' : 'unbalanced' };
    return {
      accepted: true,
      record: { ...record.data, provenance: { ...provenance, ratings: { opposed, balanced } } },
    };
  }

  function screen(record: PersonaPair): string | null {
    const names = known.flatMap(({ a, b }) => [a.name, b.name]);
    if (known.some(({ id, tension }) => id === record.id || tension === record.tension)) return 'tension';
    if (names.includes(record.a.name) || names.includes(record.b.name) || record.a.name === record.b.name)
      return 'name';
    const before = checkPairs(known.map((pair) => ({ record: pair, place: pair.id }))).length;
    const all = checkPairs([...known, record].map((pair) => ({ record: pair, place: pair.id })));
    return all[before]?.rule ?? null;
  }

  return { propose, screen, admit: (record) => void known.push(record) };
}
