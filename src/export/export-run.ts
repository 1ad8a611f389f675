/**
 * Exports a run: group by group, rewards to advantages, turns to rows or messages, one record after the other into a
 * file that appears whole or not at all, with a manifest beside it. What cannot be trained on is left out and counted.
 */
import { rmSync } from 'node:fs';
import { EntenteError } from '../errors.js';
import { diagnoseGroups } from '../reward/index.js';
import type { RunRecord, Store } from '../store/index.js';
import { certifyText } from './certificate.js';
import { costOfRun, diagnosedGroups } from './diagnosed.js';
import { type FormatName, isTextFormat, promptRecord, textFormats, tokenFormats } from './formats/index.js';
import { causeAgainstText } from './formats/text-formats.js';
import { policyNumber } from './formats/token-formats.js';
import { certifyScenario, type GradedGroup, gradedGroups, scenariosOf } from './graded.js';
import { certifyJudges } from './judges.js';
import { type Manifest, manifestOf, manifestPath, writeManifest } from './manifest.js';
import type { ExportOptions } from './options.js';
import { type ExportPass, leaveOut, openPass, type Part } from './pass.js';
import { episodeRows } from './rows.js';
import { checkEnding, type RecordOf, writeRecords } from './sink.js';

export interface ExportRequest {
  format: FormatName;
  out: string;
  options: ExportOptions;
  /** Keys of this environment: none of them may occur in the file. */
  secrets: readonly string[];
  now: () => Date;
  /** Of entente, for the manifest. */
  version: string;
  /** Ends the export with `interrupted`, and leaves no file. */
  signal?: AbortSignal;
}

/**
 * Writes the file, or with a test share two: `out`, and `out` with `.test` before its ending. Throws `uncertified` where a
 * rule of the certificate is broken, `storage` where the file cannot be written, `usage` for an ending that is not ours or
 * a filter that says nothing about the format, `interrupted` where it was stopped.
 */
export async function exportRun(store: Store, run: RunRecord, request: ExportRequest): Promise<Manifest[]> {
  checkEnding(request.out, request.format);
  if (request.format === 'prompts') refuseEpisodeFilters(request.options);
  const parts: [Part, string][] =
    request.options.testShare > 0
      ? [
          ['train', request.out],
          ['test', request.out.replace(/\.(jsonl(\.gz|\.zst)?|parquet)$/, '.test$&')],
        ]
      : [['all', request.out]];
  const manifests: Manifest[] = [];
  try {
    for (const [part, out] of parts) {
      const pass = openPass({ store, run, part, options: request.options, secrets: request.secrets });
      manifests.push(await exportPart(pass, { ...request, out }));
    }
  } catch (error) {
    // One half of a split is no use, and must not pass for the whole.
    for (const { file } of manifests) for (const path of [file, manifestPath(file)]) rmSync(path, { force: true });
    throw error;
  }
  return manifests;
}

/** A filter that cannot be applied must not look as if it had been. */
function refuseEpisodeFilters({ filter }: ExportOptions): void {
  const { tier: _ofScenarios, ...ofEpisodes } = filter;
  const flags = { outcome: '--outcome', minReward: '--min-reward', maxReward: '--max-reward' } as const;
  const others = { dropZeroVariance: '--drop-zero-variance', maxLength: '--max-length' } as const;
  for (const [name, flag] of Object.entries({ ...flags, ...others })) {
    const value = ofEpisodes[name as keyof typeof ofEpisodes];
    if (value === null || value === false) continue;
    throw new EntenteError(
      'usage',
      `${flag}: the format prompts holds scenarios, and this filter is about what was played; leave it out, or use --tier.`,
    );
  }
}

async function exportPart(pass: ExportPass, { format, out, now, version, signal }: ExportRequest): Promise<Manifest> {
  const { store, run, part, options, certificate, counts } = pass;
  // A record of `prompts` holds no reward.
  const warnings = format === 'prompts' ? [] : certifyJudges(store, run, options, certificate);
  const serialise = (record: RecordOf) => {
    counts.records++;
    const text = JSON.stringify(record);
    certifyText(certificate, `record ${counts.records}`, text);
    return text;
  };
  const written = await writeRecords(out, recordsOf(pass, format), serialise, signal);
  try {
    const manifest = manifestOf({
      ...{ file: out, format, part, written, run, options, counts, certificate, warnings, version },
      createdAt: now().toISOString(),
      rehearsal: pass.rehearsal,
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

function* recordsOf(pass: ExportPass, format: FormatName): Generator<RecordOf> {
  if (format === 'prompts') {
    yield* promptRecords(pass);
    return;
  }
  for (const group of gradedGroups(pass)) {
    pass.counts.groups++;
    yield* isTextFormat(format) ? textRecords(pass, group, format) : tokenRecords(pass, group, format);
  }
}

/** Every scenario of the run once, whatever became of its episodes. Seats swapped, it gives another prompt. */
function* promptRecords(pass: ExportPass): Generator<RecordOf> {
  const { counts, options, part } = pass;
  const known = new Set<string>();
  for (const { groupId, scenario } of scenariosOf(pass)) {
    if (options.filter.tier !== null && scenario.dilemma.tier !== options.filter.tier) continue;
    counts.groups++;
    const name = `${scenario.key} ${scenario.swapped}`;
    if (known.has(name)) continue;
    certifyScenario(pass, groupId, scenario);
    yield promptRecord({ scenario, groupId }, options.seat, part, known.size);
    known.add(name);
  }
}

function* textRecords(pass: ExportPass, group: GradedGroup, format: keyof typeof textFormats): Generator<RecordOf> {
  const episodes = group.episodes.filter((episode) => {
    const cause = causeAgainstText(episode, pass.options);
    if (cause !== null) leaveOut(pass, cause);
    return cause === null;
  });
  pass.counts.episodes += episodes.length;
  if (episodes.length > 0) yield* textFormats[format]({ ...group, episodes }, pass.options);
}

function* tokenRecords(pass: ExportPass, group: GradedGroup, format: keyof typeof tokenFormats): Generator<RecordOf> {
  const { counts } = pass;
  for (const episode of group.episodes) {
    const rows = episodeRows(group, episode, pass);
    if (rows.length > 0) counts.episodes++;
    for (const row of rows) {
      counts.tokens += row.input_ids.length;
      counts.trained_tokens += row.loss_mask.filter((mask) => mask === 1).length;
      yield tokenFormats[format](row, { group: group.ordinal, policy: policyNumber(row, pass.policyNumbers) });
    }
  }
}
