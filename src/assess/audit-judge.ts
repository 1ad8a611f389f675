/** Puts the items of an audit to a judge: controls several times, all others once, so many at a time. */
import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import { deriveSeed } from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import type { Audit, AuditQuestion, Keep } from '../judging/index.js';

/** What a judge said about one item. */
export interface AuditedItem extends Omit<AuditQuestion, 'ask'> {
  /** By sample; null where the answer could not be read, even after a repair try, or the judge would not answer. */
  values: readonly (number | null)[];
  /** First answers that could not be read. */
  unread: number;
}

export interface AuditJudgeOptions {
  audit: Audit;
  /** How often each control is asked; the share in which its verdicts differ is the judge's own noise. */
  samples: number;
  seed: number;
  concurrency: number;
  /** Told of each item that is in. */
  onItem?: () => void;
  /** Aborted: what is in flight is finished, nothing new starts. */
  stopping?: AbortSignal;
  /** Aborted: what is in flight is given up. */
  aborted?: AbortSignal;
}

/** A judge that will not answer is a judge without a verdict; any other failure is the server's and ends the audit. */
const ownFailures = new Set(['refused', 'empty', 'bad_reply', 'rejected', 'context_overflow']);

/** Throws what a call failed with, `interrupted` where it was stopped: half an audit says nothing. */
export async function auditJudge(options: AuditJudgeOptions): Promise<AuditedItem[]> {
  const { audit, concurrency, stopping, aborted, onItem } = options;
  if (aborted !== undefined) setMaxListeners(0, aborted);
  const queue = new PQueue({ concurrency });
  let failure: EntenteError | null = null;
  const audited = await queue.addAll(
    audit.questions.map((question) => async () => {
      if (failure !== null || stopping?.aborted) return null;
      try {
        const item = await askItem(options, question);
        onItem?.();
        return item;
      } catch (thrown) {
        failure ??= toEntenteError(thrown);
        return null;
      }
    }),
  );
  if (failure !== null) throw failure;
  if (stopping?.aborted) throw new EntenteError('interrupted', 'the audit was stopped; half of it says nothing.');
  return audited.filter((item) => item !== null);
}

async function askItem(
  { audit, samples, seed: auditSeed, aborted }: AuditJudgeOptions,
  { ask, ...item }: AuditQuestion,
): Promise<AuditedItem> {
  const times = item.group === 'control' ? samples : 1;
  let unread = 0;
  const keep: Keep = async ({ sample, repair }, make) => {
    const judged = await make(deriveSeed('audit', auditSeed, audit.kind, item.id, sample, repair ? 1 : 0));
    if (!repair && !judged.verdict.parseOk) unread++;
    return judged;
  };
  try {
    const verdicts = await ask(times, keep, { affinity: keep, ...(aborted === undefined ? {} : { signal: aborted }) });
    return { ...item, values: verdicts.map(({ value }) => value), unread };
  } catch (thrown) {
    const error = toEntenteError(thrown);
    if (!ownFailures.has(error.code)) throw error;
    return { ...item, values: Array.from({ length: times }, () => null), unread: times };
  }
}
