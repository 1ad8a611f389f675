/** Chooses the scenarios of a run: seeded, without replacement, stratified by tier. */
import { createHash } from 'node:crypto';
import {
  type Dilemma,
  deriveSeed,
  type PersonaPair,
  type Scenario,
  seededRandom,
  shuffled,
  tiers,
} from '../domain/index.js';
import { EntenteError } from '../errors.js';

export function makeScenario(dilemma: Dilemma, pair: PersonaPair): Scenario {
  const words = JSON.stringify([dilemma.text, pair.a.name, pair.a.stance, pair.b.name, pair.b.stance]);
  return { key: createHash('sha256').update(words).digest('hex').slice(0, 16), dilemma, pair };
}

/**
 * `count` different scenarios. Tiers take turns as far as they reach; a dilemma is used again, with another pair, only
 * after all have been used. Throws `input` where fewer than `count` exist.
 */
export function chooseScenarios(
  dilemmas: readonly Dilemma[],
  pairs: readonly PersonaPair[],
  count: number,
  seed: number,
): Scenario[] {
  const possible = dilemmas.length * pairs.length;
  if (count > possible) {
    throw new EntenteError(
      'input',
      `${count} groups were asked for, but ${dilemmas.length} dilemmas × ${pairs.length} persona pairs make only ${possible} scenarios.`,
    );
  }
  const order = interleaveTiers(shuffled(dilemmas, seededRandom(deriveSeed(seed, 'dilemmas'))));
  const partners = shuffled(pairs, seededRandom(deriveSeed(seed, 'pairs')));
  return Array.from({ length: count }, (_, index) => {
    const dilemma = order[index % order.length] as Dilemma;
    // Pass k over the dilemmas shifts the partners by k, so that no dilemma meets a pair twice.
    const pass = Math.floor(index / order.length);
    const pair = partners[((index % order.length) + pass) % partners.length] as PersonaPair;
    return makeScenario(dilemma, pair);
  });
}

function interleaveTiers(dilemmas: readonly Dilemma[]): Dilemma[] {
  const queues = tiers.map((tier) => dilemmas.filter((dilemma) => dilemma.tier === tier));
  const longest = Math.max(...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, rank) => queues.flatMap((queue) => queue.slice(rank, rank + 1))).flat();
}
