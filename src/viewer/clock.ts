/**
 * An episode's own clock, for playing it back: from what was recorded of each call, its end and its length. The time between
 * two calls is kept up to two seconds; what is longer was an interruption or a queue, and nothing to sit through.
 */
import type { RecordedCall } from '../store/index.js';

const longestPauseMs = 2000;

export interface Span {
  /** Milliseconds from the start of the first call. */
  started_ms: number;
  ended_ms: number;
}

/** One span per call, in the order of recording; none begins before the one before it has ended. */
export function playbackSpans(calls: readonly Pick<RecordedCall, 'finished_at' | 'latency_ms' | 'attempts'>[]): Span[] {
  let clock = 0;
  let endedAt: number | null = null;
  return calls.map(({ finished_at, latency_ms, attempts }) => {
    const length = latency_ms + attempts.reduce((sum, { ms }) => sum + ms, 0);
    const finishedAt = Date.parse(finished_at);
    const pause = endedAt === null ? 0 : finishedAt - length - endedAt;
    const started_ms = clock + Math.min(Math.max(pause, 0), longestPauseMs);
    clock = started_ms + length;
    endedAt = finishedAt;
    return { started_ms, ended_ms: clock };
  });
}
