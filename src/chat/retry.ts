/** The one retry loop: exponential backoff with full jitter, Retry-After honoured, abortable while it waits. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../domain/index.js';
import { EntenteError, type FailedAttempt, toEntenteError } from '../errors.js';
import { type ChatModel, completingWith } from './model.js';

export interface RetryOptions {
  /** Further tries after the first. */
  maxRetries: number;
  random: Random;
  /** First backoff's upper bound, in milliseconds; it doubles with each try up to 30 s. */
  baseMs?: number;
  /** Told of each failed try that will be followed by another. */
  onRetry?: (error: EntenteError) => void;
}

const maxBackoffMs = 30_000;
const maxRetryAfterMs = 60_000;

/** The same model, with its retryable failures tried again. A reply lists the tries before it, an error all of them. */
export function withRetries(model: ChatModel, options: RetryOptions): ChatModel {
  const { maxRetries, random, baseMs = 500, onRetry } = options;
  return completingWith(model, async (request, signal) => {
    const failedAttempts: FailedAttempt[] = [];
    for (let tries = 1; ; tries++) {
      const started = performance.now();
      try {
        const reply = await model.complete(request, signal);
        return { ...reply, failedAttempts: [...failedAttempts, ...reply.failedAttempts] };
      } catch (thrown) {
        const error = toEntenteError(thrown);
        const ms = Math.round(performance.now() - started);
        failedAttempts.push(...error.attempts, { code: error.code, message: error.message, ms });
        if (!error.retryable || tries > maxRetries) throw withAttempts(error, failedAttempts);
        onRetry?.(error);
        const backoff = random() * Math.min(maxBackoffMs, baseMs * 2 ** (tries - 1));
        await wait(Math.max(backoff, Math.min(error.retryAfterMs ?? 0, maxRetryAfterMs)), signal);
      }
    }
  });
}

function withAttempts(error: EntenteError, attempts: readonly FailedAttempt[]): EntenteError {
  const { code, message, status } = error;
  const details = { cause: error, attempts, ...(status === null ? {} : { status }) };
  return new EntenteError(
    code,
    attempts.length === 1 ? message : `${message} (after ${attempts.length} tries)`,
    details,
  );
}

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw new EntenteError('interrupted', 'stopped while waiting to try again', { cause: error });
  }
}
