/**
 * How many calls one server gets at a time: additive increase, multiplicative decrease, as in TCP (V. Jacobson,
 * "Congestion avoidance and control", 1988). A server that turns calls away, times out or becomes slow gets fewer, from
 * all roles and episodes alike, and more again while it copes. Decreases count once per round of calls: the calls that
 * were in flight at a decrease say nothing about the smaller number.
 */
import PQueue from 'p-queue';
import type { Reply } from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import { type ChatModel, completingWith } from './model.js';

/** What a server is given at the moment. */
export interface Limit {
  /** Calls at a time, now; at least 1. */
  readonly current: number;
  /** The most it may become: the user's. */
  readonly ceiling: number;
  /** The same model, its calls within this limit. */
  over(model: ChatModel): ChatModel;
  close(): void;
}

const decreaseOnRefusal = 0.5;
const decreaseOnSlowness = 0.9;
/** Recent latency of a model over its usual one, from which on its server counts as slow. */
const slowness = 2;
/** Calls before a model's usual latency is known. */
const warmUp = 50;
const maxPauseMs = 60_000;

export function createLimit(ceiling: number): Limit {
  const queue = new PQueue({ concurrency: ceiling });
  const room = createRoom(ceiling, (calls) => {
    queue.concurrency = calls;
  });
  const pause = createPause(queue);

  async function attempt(model: ChatModel, ...args: Parameters<ChatModel['complete']>): Promise<Reply> {
    const started = performance.now();
    try {
      const reply = await model.complete(...args);
      room.succeeded(model.name, reply.latencyMs, started);
      return reply;
    } catch (thrown) {
      const error = toEntenteError(thrown);
      const turnedAway = error.status === 429 || error.status === 503;
      if (turnedAway || error.code === 'timeout') room.refused(started);
      if (turnedAway && error.retryAfterMs !== null) pause.for(error.retryAfterMs);
      throw thrown;
    }
  }

  return {
    get current() {
      return room.size();
    },
    ceiling,
    over: (model) =>
      completingWith(model, async (request, signal) => {
        try {
          return await queue.add(() => attempt(model, request, signal), signal === undefined ? {} : { signal });
        } catch (error) {
          if (error instanceof EntenteError || !signal?.aborted) throw error;
          throw new EntenteError('interrupted', 'stopped while waiting for the server to have room', { cause: error });
        }
      }),
    close: () => pause.end(),
  };
}

/** How many calls fit at a time, from what became of the calls before. `resized` is told whenever that changes. */
function createRoom(ceiling: number, resized: (calls: number) => void) {
  const latencies = new Map<string, ReturnType<typeof trackLatency>>();
  let current = ceiling;
  let decreasedAt = Number.NEGATIVE_INFINITY;

  function resize(to: number): void {
    current = Math.max(1, Math.min(ceiling, to));
    resized(Math.floor(current));
  }

  /** `started`: when the call began that says so, on the monotonic clock. */
  function decrease(factor: number, started: number): void {
    if (started < decreasedAt) return;
    decreasedAt = performance.now();
    resize(current * factor);
  }

  return {
    size: () => Math.floor(current),
    refused: (started: number) => decrease(decreaseOnRefusal, started),
    succeeded(model: string, latencyMs: number, started: number): void {
      const latency = latencies.get(model) ?? trackLatency();
      latencies.set(model, latency);
      if (latency.isSlow(latencyMs, current)) decrease(decreaseOnSlowness, started);
      else if (current < ceiling) resize(current + 1 / current);
    },
  };
}

/** A server that says when to come back is left alone until then, by everybody. */
function createPause(queue: PQueue) {
  let timer: NodeJS.Timeout | undefined;
  let until = 0;
  return {
    for(askedMs: number): void {
      const ms = Math.min(askedMs, maxPauseMs);
      if (performance.now() + ms <= until) return;
      until = performance.now() + ms;
      clearTimeout(timer);
      queue.pause();
      timer = setTimeout(() => void queue.start(), ms);
    },
    end: () => clearTimeout(timer),
  };
}

/** The usual latency of a model beside its recent one, as exponentially weighted means. */
function trackLatency() {
  let calls = 0;
  let usual = 0;
  let recent = 0;
  return {
    /** Takes in one more latency, in milliseconds. Recent means about as many calls as are made at a time. */
    isSlow(ms: number, window: number): boolean {
      calls++;
      usual += (ms - usual) / Math.min(calls, 500);
      recent += (ms - recent) / Math.min(calls, Math.max(16, window));
      return calls > warmUp && recent > slowness * usual;
    },
  };
}
