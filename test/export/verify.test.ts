import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Manifest, type Row, verifyExport } from '../../src/export/index.js';
import { failureOf } from '../support/chat.js';
import { emptyFolder, entente } from '../support/cli.js';
import { exportedAs, readRecords, storeSpoken } from '../support/exports.js';
import { traceOf } from '../support/stored-runs.js';

const good = traceOf([1, 2], [3, 4], [-1, -2]);

/** Two episodes, the first of two rows, the second of one. */
async function exportedFile(name = 'rows.jsonl'): Promise<string> {
  const folder = emptyFolder();
  const stored = storeSpoken(folder, [
    [
      { ending: { reward: 1 }, turns: [good, null, good] },
      { ending: { reward: 3 }, turns: [good] },
    ],
  ]);
  onTestFinished(() => stored.store.close());
  await exportedAs(stored, join(folder, name));
  return join(folder, name);
}

/** Writes other rows and makes the manifest speak of their bytes, as one would who wants to deceive. */
function forge(file: string, change: (rows: Row[]) => Row[]): void {
  const text = change(readRecords(file)).map((row) => `${JSON.stringify(row)}\n`);
  const bytes = file.endsWith('.gz') ? gzipSync(text.join('')) : Buffer.from(text.join(''));
  writeFileSync(file, bytes);
  const manifest = JSON.parse(readFileSync(`${file}.manifest.json`, 'utf8')) as Manifest;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(`${file}.manifest.json`, JSON.stringify({ ...manifest, bytes: bytes.length, sha256 }));
}

describe('verify', () => {
  test.each(['rows.jsonl', 'rows.jsonl.gz'])('finds %s as it was written, and counts what it read', async (name) => {
    const file = await exportedFile(name);
    expect(await verifyExport(file)).toMatchObject({ file, records: 3, manifest: { counts: { records: 3 } } });
  });

  test('holds the bytes alone of Parquet against the manifest', async () => {
    const file = await exportedFile('rows.parquet');
    expect(await verifyExport(file)).toMatchObject({ records: 0 });
    const bytes = readFileSync(file);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect((await failureOf(verifyExport(file))).code).toBe('uncertified');
  });

  test.each(['rows.jsonl', 'rows.jsonl.gz'])('finds a single flipped bit anywhere in %s', async (name) => {
    const file = await exportedFile(name);
    const intact = readFileSync(file);
    for (let at = 0; at < intact.length; at += 97) {
      const bytes = Buffer.from(intact);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(file, bytes);
      const { code, message } = await failureOf(verifyExport(file));
      expect([code, message]).toEqual([
        'uncertified',
        expect.stringContaining('is not the file its manifest speaks of'),
      ]);
    }
  });

  test('finds a line that was removed', async () => {
    const file = await exportedFile();
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^.*\n/, ''));
    expect((await failureOf(verifyExport(file))).code).toBe('uncertified');
  });

  const forgeries: { what: string; change: (rows: Row[]) => Row[]; says: RegExp }[] = [
    { what: 'a line is gone', change: (rows) => rows.slice(1), says: /holds 5 tokens|holds 8 tokens|holds 2 records/ },
    {
      what: 'one row of an episode has another advantage',
      change: ([first, ...rest]) => [{ ...first!, advantage: 0.5 }, ...rest],
      says: /:2: stored-id-1: the rows of one episode differ in their advantage/,
    },
    {
      what: 'a whole episode has another advantage',
      change: ([first, second, third]) => [first!, second!, { ...third!, advantage: 3 }],
      says: /the advantages of stored-id-g1 sum to 2, not to 0/,
    },
    {
      what: 'a mask is shorter than its ids',
      change: ([first, ...rest]) => [{ ...first!, loss_mask: [0, 1] }, ...rest],
      says: /:1: stored-id-1: ids and mask differ in length/,
    },
    {
      what: 'log-probabilities are longer than their ids',
      change: ([first, ...rest]) => [{ ...first!, old_logprobs: [0, 0, 0, 0, 0] }, ...rest],
      says: /:1: stored-id-1: ids and log-probabilities differ in length/,
    },
    {
      what: 'no token of a row carries loss',
      change: ([first, ...rest]) => [{ ...first!, loss_mask: [0, 0, 0, 0] }, ...rest],
      says: /:1: stored-id-1: no token carries loss/,
    },
  ];
  describe.each(['rows.jsonl', 'rows.jsonl.gz'])('of %s with a forged hash', (name) => {
    test.each(forgeries)('finds that $what', async ({ change, says }) => {
      const file = await exportedFile(name);
      forge(file, change);
      const { code, message } = await failureOf(verifyExport(file));
      expect([code, message]).toEqual(['uncertified', expect.stringMatching(says)]);
    });
  });

  test('says that a manifest, or the file, is missing or is no such thing', async () => {
    const file = await exportedFile();
    const manifest = `${file}.manifest.json`;
    writeFileSync(manifest, '{"schema": "something else"}');
    expect(await failureOf(verifyExport(file))).toMatchObject({
      code: 'input',
      message: expect.stringMatching(/is not a manifest/),
    });
    rmSync(manifest);
    expect(await failureOf(verifyExport(file))).toMatchObject({
      code: 'input',
      message: expect.stringMatching(/no readable manifest/),
    });
    const other = await exportedFile();
    rmSync(other);
    expect(await failureOf(verifyExport(other))).toMatchObject({
      code: 'input',
      message: expect.stringMatching(/cannot be read \(ENOENT\)/),
    });
  });

  test('ends the command with 0 for a good file, with 1 for a changed one', async () => {
    const file = await exportedFile();
    const cwd = emptyFolder();
    const good = await entente(['verify', file], { cwd });
    expect([good.code, good.stdout]).toEqual([0, expect.stringContaining('3 records and every byte')]);
    const json = await entente(['verify', file, '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, records: 3 });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"reward":3', '"reward":4'));
    const changed = await entente(['verify', file], { cwd });
    expect([changed.code, changed.stderr]).toEqual([1, expect.stringContaining('is not the file')]);
  });
});
