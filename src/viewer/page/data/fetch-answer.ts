/** Asks the server, and remembers the latest answers so that going back shows them at once. */
import type { Problem } from '../../api.js';

const kept = new Map<string, unknown>();
const mostKept = 60;

export class AnswerError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The path of an API call from segments that may hold anything. */
export function apiPath(segments: readonly string[], params: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(params).toString();
  return `api/${segments.map((segment) => encodeURIComponent(segment)).join('/')}${query === '' ? '' : `?${query}`}`;
}

export function keptAnswer<T>(path: string): T | null {
  return (kept.get(path) as T | undefined) ?? null;
}

function keep(path: string, answer: unknown): void {
  kept.delete(path);
  kept.set(path, answer);
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break;
    kept.delete(oldest);
  }
}

/** Throws an `AnswerError` where the server says no or cannot be reached; an aborted request throws its own `AbortError`. */
export async function fetchAnswer<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal, headers: { accept: 'application/json' } }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new AnswerError('unreachable', 'The viewer no longer answers. Is `entente view` still running?');
  });
  if (!response.ok) {
    const problem = (await response.json().catch(() => null)) as Problem | null;
    const message = problem?.error.message ?? `The viewer answered with status ${response.status}.`;
    throw new AnswerError(problem?.error.code ?? 'internal', message);
  }
  const answer = (await response.json()) as T;
  keep(path, answer);
  return answer;
}
