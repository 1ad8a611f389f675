/** The calls of an episode: each is made at most once, and durable before anything follows from it. */
import { type Call, type CallAbout, deriveSeed, type Reply } from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import type { Judged } from '../judging/index.js';
import type { Episode } from './play-episode.js';

type Stop = 'interrupted' | 'budget' | 'storage';

/** These end the run, not the episode. */
export function isStop(code: string): code is Stop {
  return code === 'interrupted' || code === 'budget' || code === 'storage';
}

/** The call from the journal, or made now under its own seed and recorded before anything follows from it. */
export async function once(
  episode: Episode,
  about: Omit<CallAbout, 'seed'>,
  make: (seed: number) => Promise<Judged | { reply: Reply; verdict: null }>,
): Promise<Call> {
  const { journal, stopping } = episode;
  const known = journal.recall(about.key);
  if (known !== null) return known;
  if (stopping?.aborted) throw new EntenteError('interrupted', 'stopped');
  const seed = deriveSeed('call', episode.seed, about.key.kind, about.key.turn, about.key.sample);
  try {
    const { reply, verdict } = await make(seed);
    const call: Call = { ...about, seed, reply, verdict };
    await journal.record(call);
    return call;
  } catch (thrown) {
    const { code, message, attempts } = toEntenteError(thrown);
    if (!isStop(code)) await journal.recordFailure({ ...about, seed, code, message, attempts });
    throw thrown;
  }
}
