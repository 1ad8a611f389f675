/**
 * Groups as text: fine-tuning and preference data in TRL's conversational columns and OpenAI's. Prompts are made again
 * from what the store holds, exactly as the seat saw them.
 */
import type { Message } from '../../chat/index.js';
import { speakerMessages } from '../../deliberation/index.js';
import type { Seat, Turn } from '../../domain/index.js';
import type { GradedEpisode, GradedGroup } from '../graded.js';
import type { ExportOptions } from '../options.js';

export type TextFormat = (group: GradedGroup, options: ExportOptions) => Iterable<Record<string, unknown>>;

interface Utterance {
  prompt: Message[];
  reply: Message;
}

/** What the learner said in an episode and is to be learned, each time with the prompt that it saw. */
function utterances(
  { scenario, config }: GradedGroup,
  episode: GradedEpisode,
  { seat, truncated }: ExportOptions,
): Utterance[] {
  const rows = episode.turns();
  const turns = rows.map(
    ({ turn_index, round, seat: speaker, content }): Turn => ({ turnIndex: turn_index, round, seat: speaker, content }),
  );
  return turns
    .filter((turn, index) => isOf(seat, turn) && !(truncated === 'mask' && rows[index]?.finish_reason === 'length'))
    .map((turn) => ({
      prompt: speakerMessages(scenario, turn.seat, turns.slice(0, turn.turnIndex), config.window),
      reply: { role: 'assistant', content: turn.content },
    }));
}

function isOf(seat: ExportOptions['seat'], turn: { seat: Seat }): boolean {
  return seat === 'both' || turn.seat === seat;
}

/** Why an episode is not to be learned from as text; null where it may be. Lengths are as the server counted them. */
export function causeAgainstText(
  episode: GradedEpisode,
  { seat, truncated, filter: { maxLength } }: ExportOptions,
): string | null {
  if (truncated !== 'drop' && maxLength === null) return null;
  const turns = episode.turns().filter((turn) => isOf(seat, turn));
  if (truncated === 'drop' && turns.some((turn) => turn.finish_reason === 'length')) return 'truncated';
  if (maxLength === null) return null;
  const lengths = turns.map(({ prompt_tokens, completion_tokens }) =>
    prompt_tokens === null || completion_tokens === null ? null : prompt_tokens + completion_tokens,
  );
  if (lengths.includes(null)) return 'no token counts';
  return lengths.some((length) => length !== null && length > maxLength) ? 'too long' : null;
}

/** The episodes to imitate: the best of the group, or all from the threshold on. */
function exemplary({ episodes }: GradedGroup, threshold: number | null): GradedEpisode[] {
  if (threshold !== null) return episodes.filter(({ reward }) => reward >= threshold);
  const best = episodes.reduce((one, other) => (other.reward > one.reward ? other : one));
  return [best];
}

/** TRL SFT: `messages`, the last of which is the learner's. */
const sft: TextFormat = function* (group, options) {
  for (const episode of exemplary(group, options.threshold)) {
    for (const { prompt, reply } of utterances(group, episode, options)) yield { messages: [...prompt, reply] };
  }
};

/** OpenAI fine-tuning: only the last assistant message has weight 1; history was not this sample's to learn. */
const chat: TextFormat = function* (group, options) {
  for (const episode of exemplary(group, options.threshold)) {
    for (const { prompt, reply } of utterances(group, episode, options)) {
      const weighed = prompt.map((message) => (message.role === 'assistant' ? { ...message, weight: 0 } : message));
      yield { messages: [...weighed, { ...reply, weight: 1 }] };
    }
  }
};

/**
 * TRL DPO: `prompt`, `chosen`, `rejected`. A preference needs one prompt with two answers: within a group these are the
 * opening turns, and whatever later prompts happen to be alike. For each, the best is set against the worst.
 */
const dpo: TextFormat = function* (group, options) {
  const byPrompt = new Map<string, { utterance: Utterance; reward: number }[]>();
  for (const episode of group.episodes) {
    for (const utterance of utterances(group, episode, options)) {
      const key = JSON.stringify(utterance.prompt);
      byPrompt.set(key, [...(byPrompt.get(key) ?? []), { utterance, reward: episode.reward }]);
    }
  }
  for (const answers of byPrompt.values()) {
    const best = answers.reduce((one, other) => (other.reward > one.reward ? other : one));
    const worst = answers.reduce((one, other) => (other.reward < one.reward ? other : one));
    const gap = best.reward - worst.reward;
    if (gap === 0 || gap < options.margin || best.utterance.reply.content === worst.utterance.reply.content) continue;
    yield { prompt: best.utterance.prompt, chosen: [best.utterance.reply], rejected: [worst.utterance.reply] };
  }
};

/** TRL KTO: `prompt`, `completion`, `label`; episodes within the margin of their group's mean say nothing. */
const kto: TextFormat = function* (group, options) {
  for (const episode of group.episodes) {
    const above = episode.reward - group.mean;
    if (above === 0 || Math.abs(above) < options.margin) continue;
    for (const { prompt, reply } of utterances(group, episode, options))
      yield { prompt, completion: [reply], label: above > 0 };
  }
};

export const textFormats = { sft, dpo, kto, chat } as const satisfies Record<string, TextFormat>;
