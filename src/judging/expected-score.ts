/**
 * The score that a judge was about to give, as an expectation over the digits it weighed instead of the one it wrote
 * (G-Eval, arXiv 2303.16634). Ties and clusters of whole scores dissolve, and no second call is made.
 */
import type { TokenChoice } from '../chat/index.js';

export interface ExpectedScore {
  /** Σ p·d / Σ p over the whole scores d from 0 to 5, or null where these hold less than `leastMass`. */
  expected: number | null;
  /** Σ p over these digits, 0 to 1: how much of what the judge weighed in this place was a score at all. */
  mass: number;
}

/** Below this the judge was mostly about to write something else, and its written score stands. Ours. */
const leastMass = 0.5;

/**
 * Of the number behind `"key":` in a reply made of these tokens. Null where it is not written there as one token that is
 * a whole number from 0 to 5: a fraction has no distribution that could be read off one token.
 */
export function expectedScore(choices: readonly TokenChoice[], key: string): ExpectedScore | null {
  const text = choices.map(({ token }) => token).join('');
  // Quotes inside a string of the reply are escaped, so that a key quoted in the rationale is not found.
  const written = new RegExp(`"${key}"\\s*:\\s*(?=[0-5](?![\\d.eE]))`).exec(text);
  if (written === null) return null;
  const choice = choiceAt(choices, written.index + written[0].length);
  if (choice === null || digitOf(choice.token) === null) return null;
  let mass = 0;
  let sum = 0;
  for (const { token, logprob } of choice.alternatives) {
    const digit = digitOf(token);
    if (digit === null) continue;
    const probability = Math.exp(logprob);
    mass += probability;
    sum += probability * digit;
  }
  return { expected: mass < leastMass ? null : sum / mass, mass };
}

function choiceAt(choices: readonly TokenChoice[], position: number): TokenChoice | null {
  let end = 0;
  for (const choice of choices) {
    end += choice.token.length;
    if (position < end) return choice;
  }
  return null;
}

/** " 4" and "4" are the same score; "4," is a token of another shape whose number is as plain. */
function digitOf(token: string): number | null {
  const digit = /^\s*([0-5])[\s,}]*$/.exec(token)?.[1];
  return digit === undefined ? null : Number(digit);
}
