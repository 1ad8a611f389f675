/** Dilemmas and persona pairs that pass every check, told apart by a mark; and files of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Dilemma, dilemmaSchema, type PersonaPair, personaPairSchema } from '../../src/domain/index.js';
import type { Placed } from '../../src/scenarios/index.js';

/** 54 words. Two marks give texts that share no sentence and no run of five words. The mark is one word. */
export function passingText(mark: string): string {
  return [
    `${mark} rowers keep one ${mark} boat, and the ${mark} ice is thin ${mark} already.`,
    `Half want it ${mark} mended before the ${mark} feast for ninety ${mark} crowns.`,
    `Others would rather ${mark} sell it now ${mark} and feed the ${mark} old people ${mark} first.`,
    `What should the ${mark} rowers put in ${mark} writing before noon?`,
  ].join(' ');
}

export type DilemmaParts = Partial<Omit<Dilemma, 'id'>>;

/** The mark, an id, is also the dilemma's own. */
export function aDilemma(mark: string, parts: DilemmaParts = {}): Dilemma {
  return dilemmaSchema.parse({ id: mark, tier: 'everyday', domain: 'boats', text: passingText(mark), ...parts });
}

export type PairParts = Partial<Omit<PersonaPair, 'id'>>;

export function aPair(mark: string, parts: PairParts = {}): PersonaPair {
  return personaPairSchema.parse({
    id: mark,
    tension: `${mark} first / ${mark} last`,
    tags: [mark],
    a: { name: `the keeper of ${mark}`, stance: `Keep ${mark} first. Yield elsewhere than in ${mark}.` },
    b: { name: `the doubter of ${mark}`, stance: `Put ${mark} last. Yield nowhere but in ${mark}.` },
    ...parts,
  });
}

/** As if it had been read from a file of its own. */
export function placed<T extends { id: string }>(record: T): Placed<T> {
  return { record, place: `${record.id}.yaml:1` };
}

/** Writes a file into a folder, folders on the way included, and returns its path. */
export function writeInto(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

export function jsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
