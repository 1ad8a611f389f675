/** The manifest beside an export: what it holds, how it was made, and what was checked while it was written. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { EntenteError } from '../errors.js';
import { advantageVersion, type GroupDiagnostics } from '../reward/index.js';
import type { RunRecord } from '../store/index.js';
import { type Certificate, rules } from './certificate.js';
import type { ExportOptions } from './options.js';
import type { Written } from './sink.js';

export interface ExportCounts {
  groups: number;
  episodes: number;
  records: number;
  /** Tokens in all, and those that carry loss; 0 for text. */
  tokens: number;
  trained_tokens: number;
  /** Episodes left out, by cause. */
  left_out: Record<string, number>;
}

export const manifestSchema = z.object({
  schema: z.literal('entente.manifest/1'),
  file: z.string(),
  format: z.string(),
  part: z.enum(['all', 'train', 'test']),
  bytes: z.number(),
  sha256: z.string(),
  created_at: z.string(),
  entente: z.string(),
  rehearsal: z.boolean(),
  run: z.record(z.string(), z.unknown()),
  options: z.record(z.string(), z.unknown()),
  advantage_version: z.number(),
  counts: z.object({
    groups: z.number(),
    episodes: z.number(),
    records: z.number(),
    tokens: z.number(),
    trained_tokens: z.number(),
    left_out: z.record(z.string(), z.number()),
  }),
  certificate: z.array(z.object({ rule: z.string(), says: z.string(), held: z.boolean(), allowed: z.number() })),
  /** What a reader must know of the judges; empty where there is nothing. Older manifests have none. */
  warnings: z.array(z.string()).default([]),
  diagnostics: z.unknown(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export function manifestPath(file: string): string {
  return `${file}.manifest.json`;
}

export interface ManifestParts {
  file: string;
  format: string;
  part: Manifest['part'];
  written: Written;
  createdAt: string;
  version: string;
  run: RunRecord;
  options: ExportOptions;
  counts: ExportCounts;
  rehearsal: boolean;
  certificate: Certificate;
  warnings: string[];
  diagnostics: GroupDiagnostics;
}

export function manifestOf(parts: ManifestParts): Manifest {
  const { run, options, certificate, written } = parts;
  const { rewardFunction, ...plain } = options;
  return {
    schema: 'entente.manifest/1',
    file: parts.file,
    format: parts.format,
    part: parts.part,
    ...written,
    created_at: parts.createdAt,
    entente: parts.version,
    rehearsal: parts.rehearsal,
    run: {
      run_id: run.runId,
      name: run.name,
      status: run.status,
      seed: run.seed,
      notice: run.notice,
      config: run.config,
    },
    options: { ...plain, reward_function: rewardFunction?.name ?? null },
    advantage_version: advantageVersion,
    counts: parts.counts,
    certificate: Object.entries(rules).map(([rule, says]) => {
      const allowed = certificate.allowed.get(rule as keyof typeof rules) ?? 0;
      return { rule, says, held: allowed === 0, allowed };
    }),
    warnings: parts.warnings,
    diagnostics: parts.diagnostics,
  };
}

/** Throws `storage`. */
export function writeManifest(file: string, manifest: Manifest): void {
  const path = manifestPath(file);
  try {
    // Under its name only once it is whole, as the file it vouches for.
    writeFileSync(`${path}.partial`, `${JSON.stringify(manifest, null, 2)}\n`);
    renameSync(`${path}.partial`, path);
  } catch (error) {
    rmSync(`${path}.partial`, { force: true });
    throw new EntenteError('storage', `${path}: cannot be written (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
}

/** Throws `input` where there is none, or it cannot be read. */
export function readManifest(file: string): Manifest {
  const path = manifestPath(file);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new EntenteError('input', `${path}: no readable manifest; \`entente export\` writes one beside each file.`, {
      cause: error,
    });
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new EntenteError('input', `${path}: is not a manifest of entente (${parsed.error.issues[0]?.path.join('.')}).`);
}
