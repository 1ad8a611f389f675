/** What a trainer will see of one episode: the learner's turns as the rows of an export, and where each token came from. */
import { rehearsalPieces } from '../chat/index.js';
import type { RunRecord, Store, TurnRow } from '../store/index.js';
import { assembleRows, type TrainingSequence } from '../trajectory/index.js';
import type { TokenRow, TokenStretch, TokensAnswer } from './api.js';
import { quoted } from './commands.js';

export function tokensAnswer(
  store: Store,
  run: RunRecord,
  episode: { episode_id: string; number: number },
  dbFlag: string,
): TokensAnswer {
  const turns = store.turns(episode.episode_id);
  const { learner } = run.config;
  const trained = turns.filter(({ seat }) => seat === learner);
  const missing = whyNoRows(trained);
  return {
    command: `entente replay ${quoted(`${run.name}/${episode.number}`)} --tokens --json${dbFlag}`,
    episode_id: episode.episode_id,
    learner,
    rows: missing === null ? tokenRows(trained) : [],
    missing,
    token_source: leastTrusted(trained),
    turns: turns.map(({ turn_index, seat, tokens }) => ({
      turn_index,
      seat,
      prompt_ids: tokens?.promptIds?.length ?? null,
      reply_ids: tokens?.replyIds.length ?? null,
      logprobs: tokens?.logprobs != null,
    })),
  };
}

/** As an export leaves episodes out, but for log-probabilities: without these the row is shown all the same. */
function whyNoRows(turns: readonly TurnRow[]): string | null {
  if (turns.length === 0) return 'no turns of the learner';
  const lacks = turns.some(({ tokens }) => !tokens?.promptIds?.length || tokens.replyIds.length === 0);
  if (lacks) return 'no token ids';
  const misaligned = turns.some(
    ({ tokens }) => tokens?.logprobs != null && tokens.logprobs.length !== tokens.replyIds.length,
  );
  return misaligned ? 'misaligned tokens' : null;
}

function leastTrusted(turns: readonly TurnRow[]): TokensAnswer['token_source'] {
  const sources = new Set(turns.flatMap(({ tokens }) => (tokens === null ? [] : [tokens.source])));
  return (['rehearsal', 'retokenized', 'server'] as const).find((source) => sources.has(source)) ?? null;
}

function tokenRows(turns: readonly TurnRow[]): TokenRow[] {
  const sampled = turns.map(({ tokens }) => ({
    promptIds: tokens?.promptIds ?? new Int32Array(),
    replyIds: tokens?.replyIds ?? new Int32Array(),
    logprobs: tokens?.logprobs ?? new Float32Array(tokens?.replyIds.length ?? 0).fill(Number.NaN),
  }));
  const sequences = assembleRows(sampled);
  const stretches = stretchesOf(sequences, turns);
  const isRehearsal = leastTrusted(turns) === 'rehearsal';
  return sequences.map(({ inputIds, lossMask, oldLogprobs }, row_index) => ({
    row_index,
    ids: inputIds,
    pieces: isRehearsal ? rehearsalPieces(inputIds) : null,
    mask: lossMask,
    logprobs: oldLogprobs.map((logprob, index) => (lossMask[index] === 1 && !Number.isNaN(logprob) ? logprob : null)),
    stretches: stretches[row_index] ?? [],
  }));
}

/** A row that is not full yet is gone on with by the next turn; only a full one is followed by another. */
function stretchesOf(sequences: readonly TrainingSequence[], turns: readonly TurnRow[]): TokenStretch[][] {
  const rows: TokenStretch[][] = sequences.map(() => []);
  let [row, position] = [0, 0];
  for (const { turn_index, tokens, content } of turns) {
    if (position === sequences[row]?.inputIds.length) [row, position] = [row + 1, 0];
    const promptEnd = tokens?.promptIds?.length ?? 0;
    const length = tokens?.replyIds.length ?? 0;
    if (promptEnd > position)
      rows[row]?.push({ turn_index, part: 'prompt', start: position, length: promptEnd - position, text: null });
    rows[row]?.push({ turn_index, part: 'reply', start: promptEnd, length, text: content });
    position = promptEnd + length;
  }
  return rows;
}
