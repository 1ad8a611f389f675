/**
 * Seeds and seeded randomness. A seed is derived from names, never from time or order of arrival, so a run plays the
 * same whatever its concurrency.
 */
import { hash } from 'node:crypto';

/** A non-negative 31-bit integer that depends on every part and on their order. Any OpenAI-compatible server takes it. */
export function deriveSeed(...parts: readonly (string | number)[]): number {
  const digest = hash('sha256', JSON.stringify(parts), 'hex');
  return Number.parseInt(digest.slice(0, 8), 16) >>> 1;
}

/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** mulberry32: one 32-bit word of state, good enough to shuffle and to draw; not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A shuffled copy (Fisher–Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1));
    const held = copy[last] as T;
    copy[last] = copy[pick] as T;
    copy[pick] = held;
  }
  return copy;
}
