/**
 * Exports a run: group by group, rewards to advantages, turns to rows or messages, one record after the other into a
 * file that appears whole or not at all, with a manifest beside it. What cannot be trained on is left out and counted.
 */
import { rmSync } from 'node:fs';
import { advantageVersion, diagnoseGroups } from '../reward/index.js';
import type { RunRecord, Store } from '../store/index.js';
import { type Certificate, certifyText, openCertificate } from './certificate.js';
import { costOfRun, diagnosedGroups } from './diagnosed.js';
import { promptRecord, textFormats, withoutTruncated } from './formats/text-formats.js';
import { tokenFormats } from './formats/token-formats.js';
import { gradedGroups, type LeaveOut, type Part } from './graded.js';
import { type ExportCounts, type Manifest, manifestOf, manifestPath, writeManifest } from './manifest.js';
import type { ExportOptions } from './options.js';
import { episodeRows } from './rows.js';
import { checkEnding, type RecordOf, writeRecords } from './sink.js';

export const formatNames = [...keysOf(tokenFormats), 'prompts', ...keysOf(textFormats)] as const;
export type FormatName = keyof typeof tokenFormats | keyof typeof textFormats | 'prompts';

export interface ExportRequest {
  format: FormatName;
  out: string;
  options: ExportOptions;
  /** Keys of this environment: none of them may occur in the file. */
  secrets: readonly string[];
  now: () => Date;
  /** Of entente, for the manifest. */
  version: string;
}

/**
 * Writes the file, or with a test share two: `out`, and `out` with `.test` before its ending. Throws `uncertified` where a
 * rule of the certificate is broken, `storage` where the file cannot be written, `usage` for an ending that is not ours.
 */
export async function exportRun(store: Store, run: RunRecord, request: ExportRequest): Promise<Manifest[]> {
  checkEnding(request.out, request.format);
  const parts: [Part, string][] =
    request.options.testShare > 0
      ? [
          ['train', request.out],
          ['test', request.out.replace(/\.(jsonl(\.gz|\.zst)?|parquet)$/, '.test$&')],
        ]
      : [['all', request.out]];
  const manifests: Manifest[] = [];
  try {
    for (const [part, out] of parts) manifests.push(await exportPart(store, run, part, { ...request, out }));
  } catch (error) {
    // One half of a split is no use, and must not pass for the whole.
    for (const { file } of manifests) for (const path of [file, manifestPath(file)]) rmSync(path, { force: true });
    throw error;
  }
  return manifests;
}

async function exportPart(
  store: Store,
  run: RunRecord,
  part: Part,
  { format, out, options, secrets, now, version }: ExportRequest,
): Promise<Manifest> {
  const counts: ExportCounts = { groups: 0, episodes: 0, records: 0, tokens: 0, trained_tokens: 0, left_out: {} };
  const certificate = openCertificate(options.allow, secrets);
  const leaveOut: LeaveOut = (cause, episodes = 1) => {
    counts.left_out[cause] = (counts.left_out[cause] ?? 0) + episodes;
  };
  const state = { rehearsal: run.notice !== null };
  const records = recordsOf(store, run, part, format, options, certificate, leaveOut, counts, state);
  const serialise = (record: RecordOf) => {
    counts.records++;
    const text = JSON.stringify(record);
    certifyText(certificate, `record ${counts.records}`, text);
    return text;
  };
  const written = await writeRecords(out, records, serialise);
  try {
    const manifest = manifestOf({
      ...{ file: out, format, part, written, run, options, counts, certificate, version },
      createdAt: now().toISOString(),
      rehearsal: state.rehearsal,
      diagnostics: diagnoseGroups(diagnosedGroups(store, run, options), { usd: costOfRun(store, run) }),
    });
    writeManifest(out, manifest);
    return manifest;
  } catch (error) {
    // A file that nothing vouches for must not stay.
    rmSync(out, { force: true });
    throw error;
  }
}

function* recordsOf(
  store: Store,
  run: RunRecord,
  part: Part,
  format: FormatName,
  options: ExportOptions,
  certificate: Certificate,
  leaveOut: LeaveOut,
  counts: ExportCounts,
  state: { rehearsal: boolean },
): Generator<RecordOf> {
  const context = { runId: run.runId, advantageVersion, options, certificate, leaveOut };
  for (const group of gradedGroups(store, run, options, part, certificate, leaveOut)) {
    counts.groups++;
    if (format === 'prompts') {
      yield promptRecord(group, options.seat, part, counts.groups - 1);
    } else if (isTextFormat(format)) {
      const episodes = withoutTruncated(group, options, leaveOut);
      counts.episodes += episodes.length;
      if (episodes.length > 0) yield* textFormats[format]({ ...group, episodes }, options);
    } else {
      for (const episode of group.episodes) {
        const rows = episodeRows(group, episode, context);
        if (rows.length > 0) counts.episodes++;
        for (const row of rows) {
          counts.tokens += row.input_ids.length;
          counts.trained_tokens += row.loss_mask.filter((mask) => mask === 1).length;
          state.rehearsal ||= row.token_source === 'rehearsal';
          yield tokenFormats[format](row);
        }
      }
    }
  }
}

function isTextFormat(format: FormatName): format is keyof typeof textFormats {
  return format in textFormats;
}

function keysOf<T extends object>(object: T): (keyof T & string)[] {
  return Object.keys(object) as (keyof T & string)[];
}
