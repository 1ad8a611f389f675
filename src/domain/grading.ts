/** Judging outside of a run: stored completions graded again, and judges that are themselves put to the test. */
import type { JudgedKind, Reply } from './call.js';
import type { Verdict } from './episode.js';

/** One call of a grading. The same key is never asked twice. */
export interface GradingKey {
  gradingId: string;
  episodeId: string;
  kind: Exclude<JudgedKind, 'agreement'>;
  /** Counts from 0 through all judges of a panel. */
  sample: number;
  /** The one further try, after an answer that could not be read. */
  repair: boolean;
}

/** A finished call of a grading: what was answered and what it meant. */
export interface GradingCall {
  model: string;
  promptHash: string;
  seed: number;
  reply: Reply;
  verdict: Verdict;
}

/** What a judge is audited as: each is a prompt of its own, and so a version of its own. */
export const auditedKinds = ['agreement', 'ca', 'utility'] as const;
export type AuditedKind = (typeof auditedKinds)[number];
