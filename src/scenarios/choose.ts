/**
 * Chooses the scenarios of a run. Seeded and without replacement: a dilemma comes again, with another pair, only after
 * all of its tiers' have been used, and never meets the same pair twice.
 */
import { createHash } from 'node:crypto';
import {
  type Dilemma,
  deriveSeed,
  type PersonaPair,
  type Scenario,
  seededRandom,
  shuffled,
  type Tier,
  tiers,
} from '../domain/index.js';
import { EntenteError } from '../errors.js';

/** Relative frequencies; a tier that is missing or 0 is not chosen. */
export type TierWeights = Readonly<Partial<Record<Tier, number>>>;

export interface Choice {
  /** How many scenarios; each counts once, also where both seatings are played. */
  count: number;
  seed: number;
  tierWeights: TierWeights;
  /** Weights in force from a share of the run onwards, 0 to 1. */
  curriculum: readonly { from: number; tier_weights: TierWeights }[];
  pairing: 'random' | 'tag';
  seats: 'one' | 'both';
}

export function makeScenario(dilemma: Dilemma, pair: PersonaPair, swapped = false): Scenario {
  const words = JSON.stringify([dilemma.text, pair.a.name, pair.a.stance, pair.b.name, pair.b.stance]);
  return { key: createHash('sha256').update(words).digest('hex').slice(0, 16), dilemma, pair, swapped };
}

/** Throws `input` where fewer scenarios exist than were asked for, or a dilemma names a pair that is not there. */
export function chooseScenarios(
  dilemmas: readonly Dilemma[],
  pairs: readonly PersonaPair[],
  choice: Choice,
): Scenario[] {
  const nextDilemma = dealDilemmas(dilemmas, choice);
  const nextPair = dealPairs(pairs, choice);
  const scenarios: Scenario[] = [];
  for (let index = 0; index < choice.count; index++) {
    const dilemma = nextDilemma(index / choice.count);
    const pair = dilemma === null ? null : nextPair(dilemma);
    if (dilemma === null || pair === null) throw tooFew(choice.count, index);
    scenarios.push(makeScenario(dilemma, pair));
    if (choice.seats === 'both') scenarios.push(makeScenario(dilemma, pair, true));
  }
  return scenarios;
}

function tooFew(asked: number, found: number): EntenteError {
  return new EntenteError(
    'input',
    `${asked} groups were asked for, but the dilemmas and persona pairs chosen from make only ${found} scenarios.`,
  );
}

/** The dilemmas of a tier in the order in which they come, pass after pass. What is bound to one pair comes only once. */
function createDeck(all: readonly Dilemma[]) {
  const unbound = all.filter(({ pair }) => pair === undefined);
  let dealt = 0;
  return {
    /** How often all have come; infinite when none can come again. */
    pass(): number {
      if (dealt < all.length) return 0;
      return unbound.length === 0 ? Number.POSITIVE_INFINITY : 1 + Math.floor((dealt - all.length) / unbound.length);
    },
    deal(): Dilemma | null {
      const place = dealt++;
      return all[place] ?? unbound[(place - all.length) % unbound.length] ?? null;
    },
  };
}

/**
 * Deals dilemmas so that after any number of draws each tier has had its share within one: every draw adds each tier's
 * weight to its credit, and the tier with most credit pays for the draw. With equal weights the tiers take turns.
 */
function dealDilemmas(dilemmas: readonly Dilemma[], { seed, tierWeights, curriculum }: Choice) {
  const order = shuffled(dilemmas, seededRandom(deriveSeed(seed, 'dilemmas')));
  const stages = [...curriculum].sort((one, other) => one.from - other.from);
  const hands = tiers.map((tier) => ({
    tier,
    deck: createDeck(order.filter((dilemma) => dilemma.tier === tier)),
    credit: 0,
  }));

  return (progress: number): Dilemma | null => {
    const weights = stages.findLast(({ from }) => progress >= from)?.tier_weights ?? tierWeights;
    const wanted = hands.filter(({ tier }) => (weights[tier] ?? 0) > 0);
    // A tier that is used up waits until the others are, before any dilemma comes again.
    const pass = Math.min(...wanted.map(({ deck }) => deck.pass()));
    if (pass === Number.POSITIVE_INFINITY) return null;
    const open = wanted.filter(({ deck }) => deck.pass() === pass);
    const total = open.reduce((sum, { tier }) => sum + (weights[tier] ?? 0), 0);
    for (const hand of open) hand.credit += (weights[hand.tier] ?? 0) / total;
    const chosen = open.reduce((best, hand) => (hand.credit > best.credit + 1e-9 ? hand : best));
    chosen.credit -= 1;
    return chosen.deck.deal();
  };
}

/** Deals each dilemma the pair that has been used least among those it has not met: its own, those with its tags, or any. */
function dealPairs(pairs: readonly PersonaPair[], { seed, pairing }: Choice) {
  const order = shuffled(pairs, seededRandom(deriveSeed(seed, 'pairs')));
  const uses = new Map<string, number>();
  const met = new Set<string>();

  function candidates(dilemma: Dilemma): readonly PersonaPair[] {
    if (dilemma.pair !== undefined) return [boundPair(dilemma, dilemma.pair, pairs)];
    if (pairing === 'random') return order;
    const tagged = order.filter((pair) => pair.tags.some((tag) => dilemma.tags.includes(tag)));
    return tagged.length > 0 ? tagged : order;
  }

  return (dilemma: Dilemma): PersonaPair | null => {
    const unmet = (pair: PersonaPair) => !met.has(`${dilemma.id} ${pair.id}`);
    const fitting = candidates(dilemma).filter(unmet);
    const open = fitting.length > 0 || dilemma.pair !== undefined ? fitting : order.filter(unmet);
    const [first, ...others] = open;
    if (first === undefined) return null;
    const pair = others.reduce(
      (least, other) => ((uses.get(other.id) ?? 0) < (uses.get(least.id) ?? 0) ? other : least),
      first,
    );
    uses.set(pair.id, (uses.get(pair.id) ?? 0) + 1);
    met.add(`${dilemma.id} ${pair.id}`);
    return pair;
  };
}

function boundPair(dilemma: Dilemma, pair: string | PersonaPair, pairs: readonly PersonaPair[]): PersonaPair {
  if (typeof pair !== 'string') return pair;
  const found = pairs.find(({ id }) => id === pair);
  if (found !== undefined) return found;
  throw new EntenteError(
    'input',
    `dilemma "${dilemma.id}" is bound to the persona pair "${pair}", which is not among those loaded.`,
  );
}
