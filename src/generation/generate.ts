/**
 * The loop that all generating shares: propose, screen, rate, accept. A record is accepted or rejected with a reason;
 * a model that keeps returning rubbish ends the loop with a message, never in the file.
 */
import { EntenteError, toEntenteError } from '../errors.js';
import type { Asker } from './ask.js';

/** One try: an acceptable record, or why there is none. */
export type Attempt<T> = { accepted: true; record: T } | { accepted: false; reason: string };

/** What came of an attempt; `stop` where it says that everything must end. */
type Outcome<T> = Attempt<T> | { stop: EntenteError };

export interface Generator<T> {
  /** Asks for one record and reads it. Attempts of one batch run side by side. */
  propose(attempt: number): Promise<Attempt<T>>;
  /** Holds it against the library and all accepted before it, in order of attempt. */
  screen(record: T): string | null;
  admit(record: T): void;
}

/** What every generator is made with. */
export interface GeneratorOptions<T> {
  /** What new records must not repeat, and are shown examples from. */
  library: readonly T[];
  writer: Asker;
  rater: Asker;
  /** Least mark, 1 to 5, that a rating may give. */
  leastMark: number;
  seed: number;
  /** Dates the records. */
  now: () => Date;
}

export interface GenerateOptions {
  count: number;
  /** Attempts side by side. */
  concurrency: number;
  signal?: AbortSignal;
}

export interface Yield {
  accepted: number;
  attempts: number;
  /** Most frequent first. */
  rejected: Record<string, number>;
}

/** So many attempts for each record wanted, and some more, before the model is given up. */
const patience = { perRecord: 4, more: 12 };

/** Calls `onAccepted` for each record as soon as it is accepted. Throws `input` when the model yields too little. */
export async function generateRecords<T>(
  generator: Generator<T>,
  options: GenerateOptions,
  onAccepted: (record: T, attempt: number) => void,
  onProgress: (soFar: Yield) => void = () => {},
): Promise<Yield> {
  const { count, concurrency, signal } = options;
  const most = count * patience.perRecord + patience.more;
  const rejections = new Map<string, number>();
  const soFar = (): Yield => ({
    accepted,
    attempts,
    rejected: Object.fromEntries([...rejections].sort(([, one], [, other]) => other - one)),
  });
  let accepted = 0;
  let attempts = 0;

  while (accepted < count) {
    if (signal?.aborted) throw new EntenteError('interrupted', 'stopped.');
    if (attempts >= most) throw tooLittle(soFar(), count);
    const size = Math.min(concurrency, count - accepted, most - attempts);
    const batch = await Promise.all(
      Array.from({ length: size }, (_, index) => attemptOne(generator, attempts + index)),
    );
    for (const [index, attempt] of batch.entries()) {
      if ('stop' in attempt) continue;
      const reason = attempt.accepted ? generator.screen(attempt.record) : attempt.reason;
      if (attempt.accepted && reason === null) {
        generator.admit(attempt.record);
        onAccepted(attempt.record, attempts + index);
        accepted++;
      } else rejections.set(reason ?? 'unknown', (rejections.get(reason ?? 'unknown') ?? 0) + 1);
    }
    const stops = batch.flatMap((outcome) => ('stop' in outcome ? [outcome.stop] : []));
    attempts += size - stops.length;
    onProgress(soFar());
    // Only now, so that what the rest of the batch has brought is kept.
    if (stops[0] !== undefined) throw stops[0];
  }
  return soFar();
}

/** A call that fails is a rejected attempt, unless it says that everything must stop. */
async function attemptOne<T>(generator: Generator<T>, attempt: number): Promise<Outcome<T>> {
  try {
    return await generator.propose(attempt);
  } catch (thrown) {
    const error = toEntenteError(thrown);
    if (error.code === 'budget' || error.code === 'interrupted' || error.code === 'endpoint') return { stop: error };
    return { accepted: false, reason: `call failed: ${error.code}` };
  }
}

function tooLittle({ accepted, attempts, rejected }: Yield, count: number): EntenteError {
  const causes = Object.entries(rejected).map(([reason, times]) => `${reason} ${times}`);
  return new EntenteError(
    'input',
    `the model gave ${accepted} of ${count} usable records in ${attempts} attempts (rejected: ${causes.join(', ')}); try another model, or fewer constraints.`,
  );
}
