/**
 * Waits of a second and more, as a server may ask for them, over in a moment and written down. Deadlines of single
 * tries are shorter than that here, and those of the SDK far longer: both stay as they are.
 */
import { vi } from 'vitest';

const moment = 3;
/** 15 s: the deadline of the list of models. */
const isShortened = (ms: number) => ms >= 1000 && ms <= 60_000 && ms !== 15_000;

const waits: number[] = vi.hoisted(() => []);

vi.mock('node:timers/promises', async (original) => {
  const real = await original<typeof import('node:timers/promises')>();
  return {
    ...real,
    setTimeout: (ms: number, ...rest: unknown[]) => {
      waits.push(ms);
      return real.setTimeout(Math.min(ms, moment), ...(rest as [undefined, object]));
    },
  };
});

/** Must be called before each test. Returns the waits between tries from then on, in milliseconds. */
export function shortenWaits(): number[] {
  waits.length = 0;
  const real = globalThis.setTimeout;
  const shortened = (work: () => void, ms = 0, ...rest: []) => real(work, isShortened(ms) ? moment : ms, ...rest);
  vi.stubGlobal('setTimeout', Object.assign(shortened, real));
  return waits;
}
