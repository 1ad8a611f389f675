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
  const latencies = new Map<string, ReturnType<typeof trackLatency>>();
  let current = ceiling;
  let decreasedAt = Number.NEGATIVE_INFINITY;
  let pause: NodeJS.Timeout | undefined;
  let pausedUntil = 0;

  function resize(to: number): void {
    current = Math.max(1, Math.min(ceiling, to));
    queue.concurrency = Math.floor(current);
  }

  function decrease(factor: number, started: number): void {
    if (started < decreasedAt) return;
    decreasedAt = performance.now();
    resize(current * factor);
  }

  function succeeded(model: string, { latencyMs }: Reply, started: number): void {
    const latency = latencies.get(model) ?? trackLatency();
    latencies.set(model, latency);
    if (latency.isSlow(latencyMs, current)) decrease(decreaseOnSlowness, started);
    else if (current < ceiling) resize(current + 1 / current);
  }

  function failed({ code, status, retryAfterMs }: EntenteError, started: number): void {
    const turnedAway = status === 429 || status === 503;
    if (turnedAway || code === 'timeout') decrease(decreaseOnRefusal, started);
    if (turnedAway && retryAfterMs !== null) pauseFor(Math.min(retryAfterMs, maxPauseMs));
  }

  /** A server that says when to come back is left alone until then, by everybody. */
  function pauseFor(ms: number): void {
    const until = performance.now() + ms;
    if (until <= pausedUntil) return;
    pausedUntil = until;
    clearTimeout(pause);
    queue.pause();
    pause = setTimeout(() => void queue.start(), ms);
  }

  async function attempt(model: ChatModel, ...args: Parameters<ChatModel['complete']>): Promise<Reply> {
    const started = performance.now();
    try {
      const reply = await model.complete(...args);
      succeeded(model.name, reply, started);
      return reply;
    } catch (error) {
      failed(toEntenteError(error), started);
      throw error;
    }
  }

  return {
    get current() {
      return Math.floor(current);
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
    close: () => clearTimeout(pause),
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
