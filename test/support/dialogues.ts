/** Any dialogue of one learner, as an arbitrary of fast-check: extended, windowed, forked, rewritten and empty turns. */
import fc from 'fast-check';
import type { SampledTurn } from '../../src/trajectory/index.js';

/** Few different ids, so that prompts also begin alike by chance. */
const ids = (minLength: number, maxLength: number) =>
  fc.array(fc.integer({ min: 1, max: 3 }), { minLength, maxLength });

/** How the next prompt follows from all that was shown and said before it. */
const followUp = fc.oneof(
  { weight: 4, arbitrary: ids(0, 4).map((more) => (before: number[]) => [...before, ...more]) },
  // A window: the beginning is gone.
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }).map((gone) => (before: number[]) => before.slice(gone)) },
  // A fork: cut back to an earlier point, then something else.
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(), ids(0, 3)).map(([at, more]) => (before: number[]) => [
      ...before.slice(0, at % (before.length + 1)),
      ...more,
    ]),
  },
  // A template that rewrites a single token of the history.
  {
    weight: 1,
    arbitrary: fc
      .nat()
      .map((at) => (before: number[]) => before.map((id, index) => (index === at % before.length ? 9 : id))),
  },
  { weight: 1, arbitrary: ids(0, 6).map((fresh) => () => fresh) },
);

interface DialogueKind {
  /** Shortest reply. */
  leastReply?: number;
  /** Whether some turns are masked. */
  masks?: boolean;
}

/** Log-probabilities −1, −2, … tell every sampled token from every other. */
export function anyDialogue({ leastReply = 0, masks = false }: DialogueKind = {}): fc.Arbitrary<SampledTurn[]> {
  const turn = fc.record({
    follow: followUp,
    replyIds: ids(leastReply, 4),
    masked: masks ? fc.boolean() : fc.constant(false),
  });
  return fc.array(turn, { maxLength: 12 }).map((steps) => {
    let before: number[] = [1, 2];
    let sampled = 0;
    return steps.map(({ follow, replyIds, masked }) => {
      const promptIds = follow(before);
      before = [...promptIds, ...replyIds];
      return { promptIds, replyIds, logprobs: replyIds.map(() => -++sampled), ...(masked ? { masked } : {}) };
    });
  });
}
