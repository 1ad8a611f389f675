/** The token view's arithmetic: how deep a tint is, which tokens are drawn together, and how surprising one is. Pure. */
import type { TokenRow, TokenStretch } from '../../../api.js';

/** Tokens that are drawn, and left out while out of sight, together. */
export const chunkSize = 128;

/** Upper ends of −log p for tints 0 to 5; beyond the last it is tint 6. Halves of a probability, roughly: 95, 78, 50, 25, 8, 2 %. */
const depths = [0.05, 0.25, 0.7, 1.4, 2.5, 4] as const;
export const tints = depths.length + 1;

/** How deep the tint of a token is, 0 to 6; null where its log-probability is not known. */
export function tintOf(logprob: number | null): number | null {
  if (logprob === null) return null;
  const depth = depths.findIndex((end) => -logprob <= end);
  return depth < 0 ? depths.length : depth;
}

export interface Chunk {
  from: number;
  to: number;
}

export function chunksOf({ start, length }: Pick<TokenStretch, 'start' | 'length'>): Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = start; from < start + length; from += chunkSize) {
    chunks.push({ from, to: Math.min(start + length, from + chunkSize) });
  }
  return chunks;
}

/** How many tokens of a row the loss covers. */
export function learnerTokens({ mask }: Pick<TokenRow, 'mask'>): number {
  return mask.reduce<number>((sum, bit) => sum + bit, 0);
}

/** Place among the row's learner tokens by surprise: 1 is the least likely. Null where the token's is not known. */
export function surpriseRank({ mask, logprobs }: Pick<TokenRow, 'mask' | 'logprobs'>, index: number): number | null {
  const own = logprobs[index];
  if (own === null || own === undefined || mask[index] !== 1) return null;
  return 1 + logprobs.filter((other, at) => mask[at] === 1 && other !== null && other < own).length;
}

/** A token's text as it can be shown in a line: white space by its signs, and a part of a character by a dot. */
export function visiblePiece(piece: string): string {
  if (piece === '') return 'part of a character';
  return piece.replaceAll('\n', '↵').replaceAll('\t', '⇥').replaceAll(' ', '␣');
}

/** What is in the row at this place, in words. */
export function tokenText(row: TokenRow, index: number): string {
  const logprob = row.logprobs[index] ?? null;
  const piece = row.pieces?.[index];
  const said = [
    `token ${index + 1} of ${row.ids.length}`,
    ...(piece === undefined ? [] : [`“${visiblePiece(piece)}”`]),
    `id ${row.ids[index] ?? '–'}`,
  ];
  if (row.mask[index] !== 1) return [...said, 'masked: no loss'].join(' · ');
  if (logprob === null) return [...said, 'under loss', 'log-probability unknown'].join(' · ');
  const rank = surpriseRank(row, index);
  const chance = Math.exp(logprob) * 100;
  return [
    ...said,
    'under loss',
    `log p ${logprob.toFixed(3).replace('-', '−')} (${chance < 1 ? chance.toFixed(2) : Math.round(chance)} %)`,
    `surprise ${rank ?? '–'} of ${learnerTokens(row)}`,
  ].join(' · ');
}
