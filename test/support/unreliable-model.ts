/** The rehearsal with judges and scorers that now and then answer with something else. */
import { type ChatModel, createRehearsalModel } from '../../src/chat/index.js';
import { deriveSeed } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';

/** Shares of calls, 0 to 1. Which calls it hits follows from their seeds, so it is the same in every run. */
export interface Unreliability {
  /** Answers that cannot be read; a repair try is a call of its own with a seed of its own. */
  unreadable?: number;
  /** Calls that fail for good. */
  failing?: number;
}

export function createUnreliableModel({ unreadable = 0, failing = 0 }: Unreliability): ChatModel {
  const rehearsal = createRehearsalModel();
  return {
    ...rehearsal,
    async complete(request, signal) {
      const draw = deriveSeed('unreliable', request.seed) / 0x8000_0000;
      if (draw < failing) throw new EntenteError('rejected', 'the server said no');
      const reply = await rehearsal.complete(request, signal);
      return draw < failing + unreadable ? { ...reply, content: 'Hard to say, really.' } : reply;
    },
  };
}
