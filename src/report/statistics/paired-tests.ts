/** Exact tests on pairs of yes-or-no results. No approximation, so no least number of pairs is needed for validity. */

export interface PairedTest {
  /** Pairs that tell the two apart: the only evidence there is. */
  decisive: number;
  /** Decisive pairs in favour of the first. */
  first: number;
  /** Two-sided, 0 to 1; null without a decisive pair. */
  p: number | null;
}

/**
 * McNemar's test, exact (McNemar, Psychometrika 12, 1947): of the pairs in which exactly one of the two succeeded, is
 * it as often the one as the other? Pairs are independent: give one per dilemma, or aggregate first.
 */
export function mcnemarTest(pairs: readonly (readonly [first: boolean, second: boolean])[]): PairedTest {
  const onlyFirst = pairs.filter(([first, second]) => first && !second).length;
  const onlySecond = pairs.filter(([first, second]) => !first && second).length;
  return evenOdds(onlyFirst, onlySecond);
}

/**
 * The sign test, exact (Dixon and Mood, JASA 41, 1946) on differences first − second, in any unit. Differences of 0 are
 * left out. Differences are independent: give one per dilemma.
 */
export function signTest(differences: readonly number[]): PairedTest {
  return evenOdds(
    differences.filter((difference) => difference > 0).length,
    differences.filter((difference) => difference < 0).length,
  );
}

function evenOdds(first: number, second: number): PairedTest {
  const decisive = first + second;
  if (decisive === 0) return { decisive, first, p: null };
  return { decisive, first, p: Math.min(1, 2 * lowerTail(Math.min(first, second), decisive)) };
}

/** P(X ≤ successes) for X binomial with `trials` fair trials, summed in logarithms so that no power of ½ is lost. */
function lowerTail(successes: number, trials: number): number {
  let logChoices = 0;
  let sum = Math.exp(-trials * Math.LN2);
  for (let count = 1; count <= successes; count++) {
    logChoices += Math.log(trials - count + 1) - Math.log(count);
    sum += Math.exp(logChoices - trials * Math.LN2);
  }
  return sum;
}
