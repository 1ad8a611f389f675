/** Composition of a set of dilemmas: counts, lengths and variety of words. Pure. */
import { type Dilemma, splits, tiers } from '../domain/index.js';
import { countWords, wordsOf } from './prose.js';

export interface Statistics {
  dilemmas: number;
  by_split: Record<string, number>;
  by_tier: Record<string, number>;
  by_domain: Record<string, number>;
  by_setting: Record<string, number>;
  by_stage: Record<string, number>;
  by_tag: Record<string, number>;
  words: { mean: number; least: number; most: number };
  /**
   * Variety of words by tier: types per token over windows of 1,000 tokens (the moving-average type-token ratio, which
   * does not fall with the length of the text). Null for fewer tokens.
   */
  type_token_ratio: Record<string, number | null>;
}

export function statisticsOf(dilemmas: readonly Dilemma[]): Statistics {
  const lengths = dilemmas.map(({ text }) => countWords(text));
  return {
    dilemmas: dilemmas.length,
    by_split: counted(dilemmas, ({ split }) => [split], splits),
    by_tier: counted(dilemmas, ({ tier }) => [tier], tiers),
    by_domain: counted(dilemmas, ({ domain }) => [domain]),
    by_setting: counted(dilemmas, ({ setting }) => (setting === null ? [] : [setting])),
    by_stage: counted(dilemmas, ({ stage }) => (stage === null ? [] : [stage])),
    by_tag: counted(dilemmas, ({ tags }) => tags),
    words: {
      mean: lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length),
      least: lengths.reduce((least, length) => Math.min(least, length), lengths[0] ?? 0),
      most: lengths.reduce((most, length) => Math.max(most, length), 0),
    },
    type_token_ratio: Object.fromEntries(
      tiers.map((tier) => [
        tier,
        movingTypeTokenRatio(dilemmas.filter((dilemma) => dilemma.tier === tier).flatMap(({ text }) => wordsOf(text))),
      ]),
    ),
  };
}

/** Most frequent first, or in the order given. */
function counted(
  dilemmas: readonly Dilemma[],
  keysOf: (dilemma: Dilemma) => readonly string[],
  order?: readonly string[],
): Record<string, number> {
  const counts = new Map<string, number>();
  for (const key of dilemmas.flatMap(keysOf)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const entries = [...counts];
  if (order !== undefined) entries.sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
  else entries.sort(([one, first], [other, second]) => second - first || one.localeCompare(other, 'en'));
  return Object.fromEntries(entries);
}

const window = 1000;

function movingTypeTokenRatio(tokens: readonly string[]): number | null {
  if (tokens.length < window) return null;
  const inWindow = new Map<string, number>();
  let sum = 0;
  for (const [index, token] of tokens.entries()) {
    inWindow.set(token, (inWindow.get(token) ?? 0) + 1);
    if (index < window - 1) continue;
    sum += inWindow.size / window;
    const leaving = tokens[index - window + 1] ?? '';
    const left = (inWindow.get(leaving) ?? 1) - 1;
    if (left === 0) inWindow.delete(leaving);
    else inWindow.set(leaving, left);
  }
  return sum / (tokens.length - window + 1);
}
