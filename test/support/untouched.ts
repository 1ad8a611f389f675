/** What a refused file must be afterwards: the same bytes under the same names. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { expect } from 'vitest';
import { EntenteError } from '../../src/errors.js';

/** The error that `work` throws. Anything but an EntenteError, or nothing, fails the test. */
export function complaintOf(work: () => unknown): EntenteError {
  try {
    work();
  } catch (error) {
    if (error instanceof EntenteError) return error;
    expect.fail(`threw ${String(error)}, not an EntenteError`);
  }
  return expect.fail('threw nothing');
}

/** The error that `work` is rejected with. Anything but an EntenteError, or nothing, fails the test. */
export async function rejectionOf(work: Promise<unknown>): Promise<EntenteError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return complaintOf(() => {
    if (error !== null) throw error;
  });
}

/**
 * Fingerprints of a database: the file and its write-ahead log. Left out are the `-shm` beside them, an index that is
 * rebuilt at will, and an empty log, which holds nothing.
 */
export function fingerprintsOf(path: string): Record<string, string> {
  const fingerprints: Record<string, string> = {};
  for (const name of [path, `${path}-wal`, `${path}-journal`]) {
    if (!existsSync(name)) continue;
    const stats = statSync(name);
    if (stats.size === 0) continue;
    const content = stats.isDirectory() ? readdirSync(name).join('\n') : readFileSync(name);
    fingerprints[name] = createHash('sha256').update(content).digest('hex');
  }
  return fingerprints;
}
