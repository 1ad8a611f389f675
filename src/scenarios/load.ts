/** Loads dilemmas and persona pairs from files and folders, ours or the user's. Ids are unique over all that is loaded. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Dilemma, dilemmaSchema, type PersonaPair, personaPairSchema, splits, tiers } from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import { type DataFile, parseAs, readDataFile } from './data-file.js';

/** A record and where it stands, as `file:line`. */
export interface Placed<T> {
  record: T;
  place: string;
}

/** Told of a file or record that cannot be used; where it returns, loading goes on with the next. */
export type OnProblem = (problem: EntenteError) => void;

const throwIt: OnProblem = (problem) => {
  throw problem;
};

/** The data that ships beside the code; `src/` and `dist/` lie equally deep. */
const shipped = {
  dilemmas: fileURLToPath(new URL('../../dilemmas', import.meta.url)),
  personas: fileURLToPath(new URL('../../personas', import.meta.url)),
};

/** A YAML file may state split, tier and domain once for all its dilemmas. */
const dilemmaFileSchema = z.strictObject({
  split: z.enum(splits).optional(),
  tier: z.enum(tiers).optional(),
  domain: z.string().optional(),
  dilemmas: z.array(z.record(z.string(), z.unknown())).min(1),
});

/** No path, or the path `shipped`, means ours. Throws `input` naming file and line. */
export function loadDilemmas(paths: readonly string[] = []): Dilemma[] {
  return placeDilemmas(paths).map(({ record }) => record);
}

/** No path, or the path `shipped`, means ours. Throws `input` naming file and line. */
export function loadPersonaPairs(paths: readonly string[] = []): PersonaPair[] {
  return placePersonaPairs(paths).map(({ record }) => record);
}

export function placeDilemmas(paths: readonly string[], onProblem: OnProblem = throwIt): Placed<Dilemma>[] {
  return placeRecords('dilemma', paths, shipped.dilemmas, dilemmaSchema, dilemmaRecords, onProblem);
}

export function placePersonaPairs(paths: readonly string[], onProblem: OnProblem = throwIt): Placed<PersonaPair>[] {
  return placeRecords('persona pair', paths, shipped.personas, personaPairSchema, pairRecords, onProblem);
}

interface RawRecord {
  at: PropertyKey[];
  value: unknown;
}

function placeRecords<T extends { id: string }>(
  noun: string,
  paths: readonly string[],
  ours: string,
  schema: z.ZodType<T>,
  recordsOf: (file: DataFile) => RawRecord[],
  onProblem: OnProblem,
): Placed<T>[] {
  const placed: Placed<T>[] = [];
  const seen = new Map<string, string>();
  for (const path of dataFiles(
    paths.length > 0 ? paths.map((given) => (given === 'shipped' ? ours : given)) : [ours],
  )) {
    attempt(onProblem, () => {
      const file = readDataFile(path);
      for (const { at, value } of recordsOf(file)) {
        attempt(onProblem, () => {
          const place = `${path}:${file.lineOf(at)}`;
          const record = parseAs(schema, file, at, value);
          claimId(seen, noun, record.id, place);
          placed.push({ record, place });
        });
      }
    });
  }
  return placed;
}

function attempt(onProblem: OnProblem, work: () => void): void {
  try {
    work();
  } catch (error) {
    onProblem(toEntenteError(error));
  }
}

function dilemmaRecords(file: DataFile): RawRecord[] {
  if (Array.isArray(file.value)) return file.value.map((value, index) => ({ at: [index], value }));
  const { dilemmas, ...defaults } = parseAs(dilemmaFileSchema, file, [], file.value);
  return dilemmas.map((value, index) => ({ at: ['dilemmas', index], value: { ...defaults, ...value } }));
}

function pairRecords({ value }: DataFile): RawRecord[] {
  return Array.isArray(value) ? value.map((one, index) => ({ at: [index], value: one })) : [{ at: [], value }];
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
