/** Generates dilemmas: for the thinnest cells of the library, shown examples by turns, screened and rated. */
import { z } from 'zod';
import { type Dilemma, deriveSeed, dilemmaSchema, type Random, seededRandom, shuffled } from '../domain/index.js';
import { createScreen, type Screen } from '../scenarios/index.js';
import { askFor, generationPrompts } from './ask.js';
import { type Cell, type CellFilter, planCells } from './cells.js';
import type { Attempt, Generator, GeneratorOptions } from './generate.js';

export interface DilemmaGeneratorOptions extends GeneratorOptions<Dilemma> {
  /** Tags of the tensions to cover. */
  tensions: readonly string[];
  filter: CellFilter;
}

const answerSchema = z.object({ title: z.string().max(80), text: z.string().max(4000) });
const ratingSchema = z.object({
  two_sided: z.number().min(1).max(5),
  concrete: z.number().min(1).max(5),
  reason: z.string(),
});
const examplesShown = 3;

export function createDilemmaGenerator(options: DilemmaGeneratorOptions): Generator<Dilemma> {
  const { library, tensions, filter, writer, rater, leastMark, seed, now } = options;
  // Evaluation domains are not to be filled up: what is generated is for training.
  const trained = library.filter(({ split }) => split === 'train');
  const planner = planCells(trained, tensions, filter, seededRandom(deriveSeed(seed, 'cells')));
  const screen = screenOf(library);
  const ids = new Set(library.map(({ id }) => id));

  async function propose(attempt: number): Promise<Attempt<Dilemma>> {
    const cell = planner.next();
    const callSeed = deriveSeed(seed, 'attempt', attempt);
    const examples = examplesFor(cell, trained, seededRandom(callSeed)).map(({ text }) => text);
    const answer = await askFor(
      writer,
      generationPrompts.dilemmaWriter,
      'dilemma',
      answerSchema,
      { cell, examples },
      callSeed,
    );
    if (answer === null) return { accepted: false, reason: 'unreadable' };
    const { tier, domain, setting, stage, tension } = cell;
    const record = dilemmaSchema.safeParse({
      id: slug(`${domain} ${answer.title}`),
      ...{ tier, domain, setting, stage, tags: [tension], text: answer.text.replace(/\s+/g, ' ') },
      provenance: {
        model: writer.model.name,
        prompt_hash: generationPrompts.dilemmaWriter.hash,
        seed: callSeed,
        date: now().toISOString().slice(0, 10),
      },
    });
    if (!record.success) return { accepted: false, reason: 'malformed' };
    // What the rules refuse need not be rated.
    const refusal = screenReason(record.data);
    if (refusal !== null) return { accepted: false, reason: refusal };
    const rating = await askFor(
      rater,
      generationPrompts.dilemmaRater,
      'rating',
      ratingSchema,
      { dilemma: answer.text },
      callSeed,
    );
    if (rating === null) return { accepted: false, reason: 'unreadable rating' };
    const { two_sided, concrete } = rating;
    if (Math.min(two_sided, concrete) < leastMark)
      return { accepted: false, reason: two_sided < leastMark ? 'one-sided' : 'vague' };
    const provenance = { ...record.data.provenance, ratings: { two_sided, concrete } } as NonNullable<
      Dilemma['provenance']
    >;
    return { accepted: true, record: { ...record.data, provenance } };
  }

  function screenReason(record: Dilemma): string | null {
    if (ids.has(record.id)) return 'id';
    return screen.problems({ record, place: record.id })[0]?.rule ?? null;
  }

  return {
    propose,
    screen: screenReason,
    admit: (record) => {
      ids.add(record.id);
      screen.admit({ record, place: record.id });
    },
  };
}

function screenOf(library: readonly Dilemma[]): Screen {
  const screen = createScreen();
  for (const record of library) screen.admit({ record, place: record.id });
  return screen;
}

/** Others of the same tier, of other domains first, so that form is shown rather than content. */
function examplesFor({ tier, domain }: Cell, library: readonly Dilemma[], random: Random): Dilemma[] {
  const fitting = library.filter((dilemma) => dilemma.tier === tier);
  const foreign = fitting.filter((dilemma) => dilemma.domain !== domain);
  return shuffled(foreign.length >= examplesShown ? foreign : fitting, random).slice(0, examplesShown);
}

/** Lower-case words joined by hyphens, at most 80 characters. */
export function slug(text: string): string {
  const words =
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 80).replace(/-+$/, '');
}
