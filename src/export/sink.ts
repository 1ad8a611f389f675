/** Writes records to a file that appears whole or not at all; its ending says how: .jsonl, .jsonl.gz, .jsonl.zst, .parquet. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import { EntenteError } from '../errors.js';
import { parquetColumns, parquetSchema } from './parquet-schema.js';

export interface Written {
  bytes: number;
  /** Hex. */
  sha256: string;
}

export type RecordOf = Record<string, unknown>;

/** Throws `usage` where the ending is not one of ours, or not to be had in this Node. */
export function checkEnding(path: string, format: string): void {
  if (path.endsWith('.parquet')) {
    if (format !== 'rows')
      throw new EntenteError('usage', `${path}: only the format rows can be written as Parquet; use .jsonl.`);
  } else if (/\.jsonl\.zst$/.test(path)) zstd(path);
  else if (!/\.jsonl(\.gz)?$/.test(path))
    throw new EntenteError('usage', `${path}: the name must end in .jsonl, .jsonl.gz, .jsonl.zst or .parquet.`);
}

/**
 * Pulls the records one by one, so that memory does not grow with their number. Whatever `records` throws is thrown, and
 * `interrupted` where `signal` fires before the file has its name; no file is left then.
 */
export async function writeRecords(
  path: string,
  records: Iterable<RecordOf>,
  serialise: (record: RecordOf) => string,
  signal?: AbortSignal,
): Promise<Written> {
  const partial = `${path}.partial`;
  try {
    if (path.endsWith('.parquet')) await writeParquet(partial, records, serialise, signal);
    else await writeLines(partial, lines(records, serialise), compressorFor(path), signal);
    const written = await fingerprint(partial, signal);
    signal?.throwIfAborted();
    renameSync(partial, path);
    return written;
  } catch (error) {
    rmSync(partial, { force: true });
    if (signal?.aborted)
      throw new EntenteError('interrupted', `${path}: stopped. Nothing was written.`, { cause: error });
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof EntenteError || typeof code !== 'string') throw error;
    throw new EntenteError('storage', `${path}: cannot be written (${code}).`, { cause: error });
  }
}

/** Resolves or rejects once the file is closed: one that is opened only after it was removed would stay. */
async function writeLines(
  path: string,
  text: Iterable<string>,
  compressor: Duplex[],
  signal?: AbortSignal,
): Promise<void> {
  const file = createWriteStream(path);
  const closed = new Promise<void>((resolve) => file.once('close', resolve));
  try {
    await pipeline([Readable.from(text), ...compressor, file], signal === undefined ? {} : { signal });
  } finally {
    await closed;
  }
}

function* lines(records: Iterable<RecordOf>, serialise: (record: RecordOf) => string): Generator<string> {
  for (const record of records) yield `${serialise(record)}\n`;
}

function compressorFor(path: string): Duplex[] {
  if (path.endsWith('.gz')) return [zlib.createGzip()];
  return path.endsWith('.zst') ? [zstd(path)()] : [];
}

function zstd(path: string): () => Duplex {
  const create = (zlib as { createZstdCompress?: () => Duplex }).createZstdCompress;
  if (create === undefined)
    throw new EntenteError('usage', `${path}: this Node (${process.version}) has no zstd; use .jsonl.gz.`);
  return create;
}

/** Rows of a group, which lie in memory together; the footer on all groups lies there too, so that fewer rows would take more. */
const rowsAtOnce = 250;

async function writeParquet(
  path: string,
  records: Iterable<RecordOf>,
  serialise: (record: RecordOf) => string,
  signal?: AbortSignal,
): Promise<void> {
  await parquetWriteRows({
    writer: fileWriter(path),
    rows: seenRows(records, serialise, signal),
    columns: parquetColumns,
    schema: parquetSchema,
    rowGroupSize: rowsAtOnce,
  });
}

/** Lets the process hear a signal between row groups: the library would write all of them in one go. */
async function* seenRows(
  records: Iterable<RecordOf>,
  serialise: (record: RecordOf) => string,
  signal?: AbortSignal,
): AsyncGenerator<RecordOf> {
  let seen = 0;
  for (const record of records) {
    serialise(record);
    yield { ...record, reward_components: JSON.stringify(record['reward_components']) };
    if (++seen % rowsAtOnce === 0) await setImmediate(undefined, { signal });
  }
}

export async function fingerprint(path: string, signal?: AbortSignal): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, signal === undefined ? {} : { signal })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
