/** Holds a file against its manifest: bytes, records, and for rows every list and, where none was left out, every group again. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { EntenteError } from '../errors.js';
import { type Manifest, readManifest } from './manifest.js';
import type { Row } from './rows.js';
import { fingerprint } from './sink.js';

export interface Verification {
  file: string;
  manifest: Manifest;
  /** Records read again; 0 for Parquet and zstd, whose bytes alone are compared. */
  records: number;
}

/** Throws `uncertified` naming the first thing that does not hold, `input` where file or manifest are missing. */
export async function verifyExport(file: string): Promise<Verification> {
  const manifest = readManifest(file);
  const found = await fingerprint(file).catch((error: NodeJS.ErrnoException) => {
    throw new EntenteError('input', `${file}: cannot be read (${error.code}).`, { cause: error });
  });
  if (found.sha256 !== manifest.sha256) {
    throw new EntenteError(
      'uncertified',
      `${file}: is not the file its manifest speaks of (${found.bytes} bytes, ${manifest.bytes} in the manifest).`,
    );
  }
  if (!/\.jsonl(\.gz)?$/.test(file)) return { file, manifest, records: 0 };
  const records = await readAgain(file, manifest);
  if (records !== manifest.counts.records) {
    throw new EntenteError(
      'uncertified',
      `${file}: holds ${records} records, but the manifest counts ${manifest.counts.records}.`,
    );
  }
  return { file, manifest, records };
}

async function readAgain(file: string, manifest: Manifest): Promise<number> {
  const raw = createReadStream(file);
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  const advantages = new Map<string, number>();
  const sums = new Map<string, number>();
  let records = 0;
  let tokens = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    records++;
    if (manifest.format !== 'rows') continue;
    const row = JSON.parse(line) as Row;
    tokens += row.input_ids.length;
    verifyRow(file, records, row, advantages, sums);
  }
  if (manifest.format === 'rows' && tokens !== manifest.counts.tokens) {
    throw new EntenteError(
      'uncertified',
      `${file}: holds ${tokens} tokens, but the manifest counts ${manifest.counts.tokens}.`,
    );
  }
  if (manifest.format === 'rows') verifyGroups(file, manifest, sums);
  return records;
}

/** The advantages of a whole group sum to 0, but for `raw`. What was left out is missing from the sum. */
function verifyGroups(file: string, { counts, options }: Manifest, sums: ReadonlyMap<string, number>): void {
  const kind = (options['advantage'] as { kind?: unknown } | undefined)?.kind;
  if (kind === 'raw' || Object.keys(counts.left_out).length > 0) return;
  for (const [groupId, sum] of sums) {
    if (Math.abs(sum) > 1e-6)
      throw new EntenteError('uncertified', `${file}: the advantages of ${groupId} sum to ${sum}, not to 0.`);
  }
}

function verifyRow(
  file: string,
  line: number,
  row: Row,
  advantages: Map<string, number>,
  sums: Map<string, number>,
): void {
  const { input_ids, loss_mask, old_logprobs, episode_id, advantage } = row;
  const fail = (what: string) => {
    throw new EntenteError('uncertified', `${file}:${line}: ${episode_id}: ${what}.`);
  };
  if (loss_mask.length !== input_ids.length) fail('ids and mask differ in length');
  if (old_logprobs !== null && old_logprobs.length !== input_ids.length)
    fail('ids and log-probabilities differ in length');
  if (!loss_mask.includes(1)) fail('no token carries loss');
  const known = advantages.get(episode_id);
  if (known !== undefined && known !== advantage) fail('the rows of one episode differ in their advantage');
  if (known === undefined) {
    advantages.set(episode_id, advantage);
    sums.set(row.group_id, (sums.get(row.group_id) ?? 0) + advantage);
  }
}
