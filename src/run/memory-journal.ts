/** A journal that lasts as long as the process: for one episode on its own, and for tests. */
import type { Call, CallKey, FailedCall, Journal } from '../domain/index.js';

export interface MemoryJournal extends Journal {
  /** In the order in which they were finished. */
  readonly calls: readonly Call[];
  readonly failedCalls: readonly FailedCall[];
}

/** `before` is what had been finished already. */
export function createMemoryJournal(before: readonly Call[] = []): MemoryJournal {
  const calls: Call[] = [];
  const failedCalls: FailedCall[] = [];
  const byKey = new Map<string, Call>();
  const nameOf = ({ turn, kind, sample }: CallKey) => `${turn} ${kind} ${sample}`;
  const keep = (call: Call) => {
    if (byKey.has(nameOf(call.key))) return;
    byKey.set(nameOf(call.key), call);
    calls.push(call);
  };
  for (const call of before) keep(call);
  return {
    calls,
    failedCalls,
    recall: (key) => byKey.get(nameOf(key)) ?? null,
    record: async (call) => keep(call),
    recordFailure: async (call) => void failedCalls.push(call),
  };
}
