/**
 * The one error of entente. A deadlock is an outcome, not an error; a bad episode is data, not a crash.
 * `message` is written for the person at the terminal: what happened, where, and what to do next.
 */

/** Flat kinds. The first group ends a command, the second fails one model call and, unless retried away, its episode. */
export type ErrorCode =
  // the command cannot go on
  | 'usage' // the command line, a flag or a name is wrong
  | 'input' // a file that was given is wrong
  | 'endpoint' // a model server is unreachable, refuses the key, or does not serve the model
  | 'storage' // the database cannot be used, or the run belongs to another process
  | 'failures' // more episodes failed than the run allows
  | 'budget' // the run's token or dollar limit is reached
  | 'interrupted' // asked to stop; everything finished is kept
  // one model call went wrong
  | 'rate_limited'
  | 'server_error'
  | 'connection'
  | 'timeout'
  | 'bad_reply' // status 200, but not a chat completion
  | 'rejected' // 4xx: the request itself is at fault
  | 'context_overflow'
  | 'refused' // the model declined, or a content filter did
  | 'empty' // the model answered with nothing
  | 'unparsable' // a judge's answer could not be read, even after the repair try
  | 'weights' // the weights of the stakeholders could not be fixed before the first completion
  | 'uncertified' // an export cannot vouch for its rows
  | 'internal';

/** A try that did not succeed. */
export interface FailedAttempt {
  code: string;
  message: string;
  /** Milliseconds from its start to its failure. */
  ms: number;
}

export interface EntenteErrorOptions {
  /** True where the same call may succeed a moment later. */
  retryable?: boolean;
  cause?: unknown;
  /** HTTP status, where the error came as a reply. */
  status?: number;
  /** How long the server asked us to wait, in milliseconds. */
  retryAfterMs?: number;
  /** Every try of the call that failed, oldest first. */
  attempts?: readonly FailedAttempt[];
}

export class EntenteError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly attempts: readonly FailedAttempt[];

  constructor(code: ErrorCode, message: string, options: EntenteErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EntenteError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.status = options.status ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.attempts = options.attempts ?? [];
  }
}

/** The same error, after other tries of the same call. */
export function afterAttempts(error: EntenteError, before: readonly FailedAttempt[]): EntenteError {
  if (before.length === 0) return error;
  const { code, message, retryable, cause, status, retryAfterMs, attempts } = error;
  return new EntenteError(code, message, {
    ...{ retryable, cause, attempts: [...before, ...attempts] },
    ...(status === null ? {} : { status }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

/** Any thrown thing as an EntenteError; what is not one of ours is `internal`. */
export function toEntenteError(thrown: unknown): EntenteError {
  if (thrown instanceof EntenteError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new EntenteError('internal', message, { cause: thrown });
}
