/** The checks that every dilemma and pair must pass, ours and the generator's. Each problem names both places. */
import type { Dilemma, PersonaPair } from '../domain/index.js';
import type { Placed } from './load.js';
import { countWords, fiveGrams, jaccard, namesIn, questionProblem, sentencesOf, wordsOf } from './prose.js';

export interface Problem {
  rule: string;
  message: string;
}

/** The house's limits. */
export const limits = {
  words: { least: 35, most: 110 },
  /** 5-gram Jaccard of two prompts, within a split and across splits. */
  overlap: 0.15,
  leak: 0.1,
  sameOpening: 4,
  sameName: 12,
  /** Of the longer stance. */
  stanceLength: 0.3,
  stanceSentences: { least: 2, most: 4 },
} as const;

type PlacedDilemma = Placed<Dilemma>;
type PlacedPair = Placed<PersonaPair>;

export function checkLibrary(dilemmas: readonly PlacedDilemma[], pairs: readonly PlacedPair[]): Problem[] {
  return [
    ...checkDilemmas(dilemmas),
    ...checkPairs([...pairs, ...boundPairs(dilemmas)]),
    ...checkBindings(dilemmas, pairs),
  ];
}

export function checkDilemmas(dilemmas: readonly PlacedDilemma[]): Problem[] {
  const screen = createScreen();
  return dilemmas.flatMap((dilemma) => {
    const problems = screen.problems(dilemma);
    screen.admit(dilemma);
    return problems;
  });
}

/** Holds dilemmas against all that were admitted before: the library's own check, and the generator's. */
export interface Screen {
  problems(candidate: PlacedDilemma): Problem[];
  admit(dilemma: PlacedDilemma): void;
}

/** What the checks compare in a dilemma. */
interface Reading {
  dilemma: PlacedDilemma;
  openings: readonly string[];
  sentences: ReadonlySet<string>;
  names: readonly string[];
  grams: ReadonlySet<string>;
}

function readDilemma(dilemma: PlacedDilemma): Reading {
  const { record } = dilemma;
  return {
    dilemma,
    openings: [openingOf(record)],
    sentences: distinctSentences(record),
    names: nameCandidates(record),
    grams: fiveGrams(record.text),
  };
}

export function createScreen(): Screen {
  const openings = new Map<string, string[]>();
  const sentences = new Map<string, string[]>();
  const names = new Map<string, string[]>();
  const holders = new Map<string, Reading[]>();
  let latest: Reading | null = null;

  /** A dilemma is mostly admitted right after its problems were asked for. */
  function reading(dilemma: PlacedDilemma): Reading {
    if (latest?.dilemma !== dilemma) latest = readDilemma(dilemma);
    return latest;
  }

  function overlaps({ dilemma: candidate, grams }: Reading): Problem[] {
    const suspects = new Set([...grams].flatMap((gram) => holders.get(gram) ?? []));
    return [...suspects].flatMap(({ dilemma, grams: theirs }) => {
      const overlap = jaccard(grams, theirs);
      const crosses = dilemma.record.split !== candidate.record.split;
      if (overlap <= (crosses ? limits.leak : limits.overlap)) return [];
      const message = `${dilemma.place} and ${candidate.place}: ${dilemma.record.id} and ${candidate.record.id} overlap by ${overlap.toFixed(2)}`;
      return [{ rule: crosses ? 'leak' : 'overlap', message }];
    });
  }

  return {
    problems: (candidate) => {
      const read = reading(candidate);
      const { place } = candidate;
      return [
        ...checkText(candidate),
        ...shared(openings, read.openings, limits.sameOpening, place, 'opening', 'begin alike'),
        ...shared(sentences, read.sentences, 1, place, 'sentence', 'share the sentence'),
        ...shared(names, read.names, limits.sameName, place, 'name', 'share the name'),
        ...overlaps(read),
      ];
    },
    admit: (dilemma) => {
      const read = reading(dilemma);
      note(openings, read.openings, dilemma.place);
      note(sentences, read.sentences, dilemma.place);
      note(names, read.names, dilemma.place);
      note(holders, read.grams, read);
    },
  };
}

function note<T>(index: Map<string, T[]>, keys: Iterable<string>, value: T): void {
  for (const key of keys) {
    const known = index.get(key);
    if (known === undefined) index.set(key, [value]);
    else known.push(value);
  }
}

/** The keys that would be shared by more than `most`, with the first places. */
function shared(
  index: ReadonlyMap<string, string[]>,
  keys: Iterable<string>,
  most: number,
  place: string,
  rule: string,
  says: string,
): Problem[] {
  return [...keys].flatMap((key) => {
    const before = index.get(key) ?? [];
    if (before.length < most) return [];
    const places = [...before.slice(0, 2), place].join(' and ');
    return [{ rule, message: `${places}: ${before.length + 1} prompts ${says} "${key}"` }];
  });
}

/** The checks of one text alone. */
function checkText({ record, place }: PlacedDilemma): Problem[] {
  const problems: Problem[] = [];
  const words = countWords(record.text);
  const { least, most } = limits.words;
  if (words < least || words > most) {
    problems.push({ rule: 'length', message: `${place}: ${record.id} has ${words} words, not ${least} to ${most}` });
  }
  const question = questionProblem(record.text);
  if (question !== null) problems.push({ rule: 'question', message: `${place}: ${record.id} ${question}` });
  return problems;
}

function openingOf({ text }: Dilemma): string {
  return wordsOf(text).slice(0, 4).join(' ');
}

function distinctSentences({ text }: Dilemma): Set<string> {
  return new Set(
    sentencesOf(text)
      .map(folded)
      .filter((sentence) => sentence.includes(' ')),
  );
}

function nameCandidates({ text, setting }: Dilemma): string[] {
  const places = new Set<string>((setting ?? '').match(/\p{L}+/gu) ?? []);
  return [...namesIn(text)].filter((name) => !places.has(name));
}

function folded(sentence: string): string {
  return wordsOf(sentence).join(' ');
}

function boundPairs(dilemmas: readonly PlacedDilemma[]): PlacedPair[] {
  return dilemmas.flatMap(({ record, place }) =>
    typeof record.pair === 'object' ? [{ record: record.pair, place }] : [],
  );
}

export function checkPairs(pairs: readonly PlacedPair[]): Problem[] {
  const sentences = new Map<string, string>();
  return pairs.flatMap(({ record, place }) => {
    const problems: Problem[] = [];
    const [a, b] = [countWords(record.a.stance), countWords(record.b.stance)];
    if (Math.abs(a - b) > limits.stanceLength * Math.max(a, b)) {
      problems.push({
        rule: 'balance',
        message: `${place}: the stances of ${record.id} have ${a} and ${b} words, over 30 % apart`,
      });
    }
    for (const { name, stance } of [record.a, record.b]) {
      const parts = sentencesOf(stance);
      const { least, most } = limits.stanceSentences;
      if (parts.length < least || parts.length > most) {
        problems.push({
          rule: 'stance',
          message: `${place}: ${record.id}, ${name}: ${parts.length} sentences, not ${least} to ${most}`,
        });
      }
      for (const sentence of parts.map(folded)) {
        const earlier = sentences.get(sentence);
        if (earlier !== undefined)
          problems.push({ rule: 'stance', message: `${earlier} and ${place}: stances share "${sentence}"` });
        sentences.set(sentence, place);
      }
    }
    return problems;
  });
}

/** Conflict tasks are bound to held-out or own pairs, open prompts to none, and nothing of it is trained on. */
function checkBindings(dilemmas: readonly PlacedDilemma[], pairs: readonly PlacedPair[]): Problem[] {
  const byId = new Map(pairs.map(({ record, place }) => [record.id, { record, place }]));
  const own = new Map<string, string>();
  return dilemmas.flatMap(({ record, place }) => {
    const problem = (message: string): Problem[] => [{ rule: 'binding', message: `${place}: ${record.id} ${message}` }];
    if (record.split === 'eval-conflict' && record.pair === undefined)
      return problem('is a conflict task without a pair');
    if (record.split === 'eval-open' && record.pair !== undefined)
      return problem('is an open prompt and must have no pair');
    if (typeof record.pair === 'string') {
      const bound = byId.get(record.pair);
      if (bound === undefined) return problem(`is bound to the pair "${record.pair}", which does not exist`);
      if (record.split === 'eval-conflict' && bound.record.split !== 'held-out') {
        return problem(`is bound to "${record.pair}" (${bound.place}), which is trained on`);
      }
      if (record.split === 'train' && bound.record.split !== 'train') {
        return problem(`is bound to "${record.pair}" (${bound.place}), which is held out`);
      }
    }
    if (typeof record.pair === 'object') {
      const earlier = byId.get(record.pair.id)?.place ?? own.get(record.pair.id);
      if (earlier !== undefined) return problem(`names its pair "${record.pair.id}" as ${earlier} does`);
      own.set(record.pair.id, place);
    }
    return [];
  });
}
