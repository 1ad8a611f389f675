/** What went wrong with a call, typed: HTTP statuses, broken connections, bodies that are not JSON. */
import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { EntenteError } from '../errors.js';
import { overLimit } from './body.js';

const overflow = /context[ _]length|maximum context|context window|context size|too many tokens|prompt is too long/i;
/** llama.cpp sends it as 500, too. */
const overflowStatuses: readonly number[] = [400, 413, 422, 500];

/** Whatever the SDK throws, as one of ours: `at` opens its message. */
export function typedError(error: unknown, at: string, keySent: boolean): EntenteError {
  if (error instanceof EntenteError) return error;
  if (error instanceof APIUserAbortError) return new EntenteError('interrupted', `${at}: stopped`, { cause: error });
  if (error instanceof APIConnectionError || !(error instanceof APIError)) return transportError(error, at);
  const status = error.status ?? 0;
  const retryAfterMs = retryAfter(error.headers);
  const details = { status, cause: error, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  const said = error.message.replace(/\s+/g, ' ').slice(0, 300);
  if (status === 401 || status === 403) {
    const hint = keySent
      ? 'the key was refused'
      : 'no key was sent; set OPENAI_API_KEY, or with several servers name each key with api_key_env in the config';
    return new EntenteError('endpoint', `${at}: ${hint} (${said})`, details);
  }
  if (status >= 300 && status < 400) {
    const target = error.headers?.get('location')?.slice(0, 200) ?? 'elsewhere';
    return new EntenteError(
      'endpoint',
      `${at}: it redirects to ${target}, which is not followed; check the URL`,
      details,
    );
  }
  if (status === 404) return new EntenteError('endpoint', `${at}: not found (${said})`, details);
  if (overflowStatuses.includes(status) && overflow.test(said)) {
    return new EntenteError('context_overflow', `${at}: ${said}`, details);
  }
  if (status === 429) {
    const spent = /insufficient_quota/.test(JSON.stringify(error.error ?? ''));
    return new EntenteError('rate_limited', `${at}: ${said}`, { ...details, retryable: !spent });
  }
  if (status === 408 || status === 409 || status >= 500) {
    return new EntenteError('server_error', `${at}: ${said}`, { ...details, retryable: true });
  }
  return new EntenteError('rejected', `${at}: ${said}`, details);
}

function transportError(error: unknown, at: string): EntenteError {
  if (error instanceof SyntaxError) {
    return new EntenteError('bad_reply', `${at}: status 200, but the body is not JSON`, {
      retryable: true,
      cause: error,
    });
  }
  const ours = error instanceof Error ? error.cause : null;
  if (ours instanceof EntenteError) {
    return new EntenteError(ours.code, `${at}: ${ours.message}`, { retryable: ours.retryable, cause: ours });
  }
  const root = rootCause(error);
  const code = (root as NodeJS.ErrnoException).code ?? root.message;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new EntenteError('bad_reply', `${at}: the reply is ${overLimit}`, { retryable: true, cause: error });
  }
  const reason =
    code === 'ECONNREFUSED'
      ? 'nothing answers there (connection refused); is the server running?'
      : code === 'ENOTFOUND' || code === 'EAI_AGAIN'
        ? 'no such host; check the URL'
        : `the connection broke (${code})`;
  return new EntenteError('connection', `${at}: ${reason}`, { retryable: true, cause: error });
}

/** The innermost cause; of several at once, the first. */
export function rootCause(error: unknown): Error {
  let current = error instanceof Error ? error : new Error(String(error));
  while (current.cause instanceof Error) current = current.cause;
  const first = current instanceof AggregateError ? current.errors[0] : null;
  return first instanceof Error ? first : current;
}

/**
 * Milliseconds to wait, from `retry-after-ms` or `retry-after` (seconds, or a date); null where unsaid. A date is read by
 * the server's own clock where it tells its time: ours may be wrong, or jump.
 */
function retryAfter(headers: Headers | undefined): number | null {
  const ms = headers?.get('retry-after-ms');
  if (ms && Number.isFinite(Number(ms))) return Number(ms);
  const header = headers?.get('retry-after');
  if (!header) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(header);
  if (Number.isNaN(date)) return null;
  const now = Date.parse(headers?.get('date') ?? '');
  return Math.max(0, date - (Number.isNaN(now) ? Date.now() : now));
}
