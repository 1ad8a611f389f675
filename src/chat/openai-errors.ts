/** What went wrong with a call, typed: HTTP statuses, broken connections, bodies that are not JSON. */
import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { EntenteError } from '../errors.js';

const overflow = /context[ _]length|maximum context|context window|context size|too many tokens|prompt is too long/i;
/** llama.cpp sends it as 500, too. */
const overflowStatuses: readonly number[] = [400, 413, 422, 500];

/** Whatever the SDK throws, as one of ours: `at` opens its message. */
export function typedError(error: unknown, at: string, keySent: boolean): EntenteError {
  if (error instanceof EntenteError) return error;
  if (error instanceof APIUserAbortError) return new EntenteError('interrupted', `${at}: stopped`, { cause: error });
  if (error instanceof APIConnectionError || !(error instanceof APIError)) return transportError(error, at);
  const status = error.status ?? 0;
  const retryAfterMs = retryAfter(error.headers?.get('retry-after-ms'), error.headers?.get('retry-after'));
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
  const root = rootCause(error);
  const code = (root as NodeJS.ErrnoException).code ?? root.message;
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

/** Milliseconds to wait, from `retry-after-ms` or `retry-after` (seconds, or a date); null where unsaid. */
function retryAfter(ms: string | null | undefined, header: string | null | undefined): number | null {
  if (ms && Number.isFinite(Number(ms))) return Number(ms);
  if (!header) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
