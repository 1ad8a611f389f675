/** Loads dilemmas and persona pairs from files and folders, ours or the user's. Ids are unique over all that is loaded. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Dilemma, dilemmaSchema, type PersonaPair, personaPairSchema, tiers } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { type DataFile, parseAs, readDataFile } from './data-file.js';

/** The data that ships beside the code; `src/` and `dist/` lie equally deep. */
export const shippedDilemmas = fileURLToPath(new URL('../../dilemmas', import.meta.url));
export const shippedPersonas = fileURLToPath(new URL('../../personas', import.meta.url));

/** A YAML file may state tier and domain once for all its dilemmas. */
const dilemmaFileSchema = z.strictObject({
  tier: z.enum(tiers).optional(),
  domain: z.string().optional(),
  dilemmas: z.array(z.record(z.string(), z.unknown())).min(1),
});

/** Loads dilemmas; no path means those shipped. Throws `input` naming file and line. */
export function loadDilemmas(paths: readonly string[] = []): Dilemma[] {
  const seen = new Map<string, string>();
  return dataFiles(paths.length > 0 ? paths : [shippedDilemmas]).flatMap((path) => {
    const file = readDataFile(path);
    const { defaults, records, at } = dilemmaRecords(file);
    return records.map((record, index) => {
      const dilemma = parseAs(dilemmaSchema, file, at(index), { ...defaults, ...record });
      claimId(seen, 'dilemma', dilemma.id, `${path}:${file.lineOf(at(index))}`);
      return dilemma;
    });
  });
}

/** Loads persona pairs; no path means those shipped. Throws `input` naming file and line. */
export function loadPersonaPairs(paths: readonly string[] = []): PersonaPair[] {
  const seen = new Map<string, string>();
  return dataFiles(paths.length > 0 ? paths : [shippedPersonas]).flatMap((path) => {
    const file = readDataFile(path);
    const records = Array.isArray(file.value) ? file.value : [file.value];
    return records.map((record, index) => {
      const at = Array.isArray(file.value) ? [index] : [];
      const pair = parseAs(personaPairSchema, file, at, record);
      claimId(seen, 'persona pair', pair.id, `${path}:${file.lineOf(at)}`);
      return pair;
    });
  });
}

function dilemmaRecords(file: DataFile): {
  defaults: object;
  records: readonly object[];
  at: (index: number) => PropertyKey[];
} {
  if (Array.isArray(file.value)) return { defaults: {}, records: file.value, at: (index) => [index] };
  const { dilemmas, ...defaults } = parseAs(dilemmaFileSchema, file, [], file.value);
  return { defaults, records: dilemmas, at: (index) => ['dilemmas', index] };
}

function claimId(seen: Map<string, string>, noun: string, id: string, place: string): void {
  const earlier = seen.get(id);
  if (earlier !== undefined) {
    throw new EntenteError(
      'input',
      `${place}: ${noun} id "${id}" is taken already, at ${earlier}; give one of them another id.`,
    );
  }
  seen.set(id, place);
}

const dataEndings = /\.(ya?ml|jsonl)$/;

/** Every data file below the paths, folders walked in name order so that loading is deterministic. */
function dataFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw new EntenteError('input', `${path}: no such file or folder`);
    if (!stats.isDirectory()) return [path];
    const found = readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || dataEndings.test(entry.name))
      .map((entry) => join(path, entry.name))
      .sort();
    return dataFiles(found);
  });
}
