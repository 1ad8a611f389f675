/** Bradley–Terry scores: one scale for systems that were compared in pairs. */
import { EntenteError } from '../../errors.js';

export interface BradleyTerryOptions {
  /**
   * Imaginary comparisons of every two systems, half of them won by each: a prior that draws scores together and makes
   * them finite whatever was won. 0: none.
   */
  prior?: number;
  maxIterations?: number;
}

export interface BradleyTerryScore {
  name: string;
  /** Comparisons won. */
  wins: number;
  /** Natural log of its strength; all of them sum to 0. A beats B with probability 1 / (1 + exp(score B − score A)). */
  score: number;
}

/**
 * Scores under P(i beats j) = πi / (πi + πj) (Bradley and Terry, Biometrika 39, 1952), by the MM algorithm of Hunter
 * (Annals of Statistics 32, 2004), in the order given. `wins[i][j]`: how often i beat j; halves for ties are fine.
 * Without a prior, throws `input` where the systems fall into two sets of which one never beat the other: no finite
 * scores exist then (Ford, American Mathematical Monthly 64, 1957).
 */
export function bradleyTerry(
  names: readonly string[],
  wins: readonly (readonly number[])[],
  { prior = 0, maxIterations = 10_000 }: BradleyTerryOptions = {},
): BradleyTerryScore[] {
  const beats = (one: number, other: number) =>
    one === other ? 0 : (wins[one]?.[other] ?? 0) + (names.length > 1 ? prior / 2 : 0);
  const unbeaten = unreached(names.length, beats) ?? unreached(names.length, (one, other) => beats(other, one));
  if (unbeaten !== null) throw disconnected(names, unbeaten);
  const won = names.map((_, one) => names.reduce((sum, __, other) => sum + beats(one, other), 0));
  let strengths = names.map(() => 1);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const next = normalised(
      strengths.map((strength, one) => {
        const met = strengths.reduce(
          (sum, rival, other) =>
            sum + (one === other ? 0 : (beats(one, other) + beats(other, one)) / (strength + rival)),
          0,
        );
        return met === 0 ? 1 : (won[one] ?? 0) / met;
      }),
    );
    const moved = Math.max(...next.map((strength, one) => Math.abs(Math.log(strength / (strengths[one] ?? 1)))), 0);
    strengths = next;
    if (moved < 1e-12) break;
  }
  return names.map((name, one) => ({
    name,
    wins: (wins[one] ?? []).reduce((sum, count, other) => sum + (one === other ? 0 : count), 0),
    score: Math.log(strengths[one] ?? 1),
  }));
}

/** Geometric mean 1. */
function normalised(strengths: readonly number[]): number[] {
  const centre = strengths.reduce((sum, strength) => sum + Math.log(strength), 0) / strengths.length;
  return strengths.map((strength) => strength / Math.exp(centre));
}

/** Whom a chain of wins from the first does not reach; null where it reaches all. */
function unreached(count: number, beats: (one: number, other: number) => number): number[] | null {
  const reached = new Set([0]);
  for (const one of reached) {
    for (let other = 0; other < count; other++) if (beats(one, other) > 0) reached.add(other);
  }
  const rest = Array.from({ length: count }, (_, index) => index).filter((index) => !reached.has(index));
  return count === 0 || rest.length === 0 ? null : rest;
}

function disconnected(names: readonly string[], apart: readonly number[]): EntenteError {
  const these = apart.map((index) => names[index]).join(', ');
  const others = names.filter((_, index) => !apart.includes(index)).join(', ');
  return new EntenteError(
    'input',
    `no Bradley–Terry scores: between ${these} and ${others} all wins went one way, or there was none; compare on more tasks, or give a prior.`,
  );
}
