/**
 * Training sequences from turns. A row is made of what a server sent and nothing else: prompt ids, reply ids, the
 * reply's log-probabilities. Turns share a row only where the next prompt starts with exactly the ids so far; else a
 * new row begins (chat templates may drop or rewrite history). Only sampled tokens carry loss.
 */

/** One turn of the seat that is trained. All arrays as the server sent them. */
export interface SampledTurn {
  promptIds: ArrayLike<number>;
  replyIds: ArrayLike<number>;
  logprobs: ArrayLike<number>;
  /** True: context for later turns, but no loss. */
  masked?: boolean;
}

/** Three lists of one length. `lossMask` is 1 where the learner sampled the token; elsewhere `oldLogprobs` is 0. */
export interface TrainingSequence {
  inputIds: number[];
  lossMask: (0 | 1)[];
  oldLogprobs: number[];
}

/**
 * Turns in order. Every reply that is not `masked` occurs unmasked in exactly one row. A row without any loss is not made:
 * it would train nothing, and some trainers take it for the end of a session.
 */
export function assembleRows(turns: readonly SampledTurn[]): TrainingSequence[] {
  const rows: TrainingSequence[] = [];
  for (const turn of turns) {
    if (turn.replyIds.length === 0) continue;
    const last = rows.at(-1);
    const row = last !== undefined && startsWith(turn.promptIds, last.inputIds) ? last : emptyRow();
    if (row !== last) rows.push(row);
    for (let index = row.inputIds.length; index < turn.promptIds.length; index++)
      append(row, turn.promptIds[index], 0, 0);
    for (let index = 0; index < turn.replyIds.length; index++)
      if (turn.masked) append(row, turn.replyIds[index], 0, 0);
      else append(row, turn.replyIds[index], 1, turn.logprobs[index]);
  }
  return rows.filter(({ lossMask }) => lossMask.includes(1));
}

function emptyRow(): TrainingSequence {
  return { inputIds: [], lossMask: [], oldLogprobs: [] };
}

function append(row: TrainingSequence, id: number | undefined, mask: 0 | 1, logprob: number | undefined): void {
  row.inputIds.push(id ?? 0);
  row.lossMask.push(mask);
  row.oldLogprobs.push(logprob ?? 0);
}

function startsWith(ids: ArrayLike<number>, prefix: readonly number[]): boolean {
  return ids.length >= prefix.length && prefix.every((id, index) => id === ids[index]);
}
