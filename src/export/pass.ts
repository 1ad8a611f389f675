/** One pass over a run for one file: what is read, under which options, and what is counted on the way. */
import type { RunRecord, Store } from '../store/index.js';
import { type Certificate, openCertificate } from './certificate.js';
import type { ExportCounts } from './manifest.js';
import type { ExportOptions } from './options.js';

/** `test` and `train` are the sides of a split by scenario. */
export type Part = 'all' | 'train' | 'test';

export interface ExportPass {
  store: Store;
  run: RunRecord;
  part: Part;
  options: ExportOptions;
  certificate: Certificate;
  counts: ExportCounts;
  /** True once anything rehearsed has gone into the file. */
  rehearsal: boolean;
  /** Numbers of policies without an integer version, in order of appearance. */
  policyNumbers: Map<string, number>;
}

export type PassRequest = Pick<ExportPass, 'store' | 'run' | 'part' | 'options'> & {
  /** Keys of this environment. */
  secrets: readonly string[];
};

export function openPass({ secrets, ...request }: PassRequest): ExportPass {
  return {
    ...request,
    certificate: openCertificate(request.options.allow, secrets),
    counts: { groups: 0, episodes: 0, records: 0, tokens: 0, trained_tokens: 0, left_out: {} },
    rehearsal: request.run.notice !== null,
    policyNumbers: new Map(),
  };
}

/** Counts episodes that are left out, by cause. */
export function leaveOut({ counts }: ExportPass, cause: string): void {
  counts.left_out[cause] = (counts.left_out[cause] ?? 0) + 1;
}
