/** Reads a chat completion: what is odd about it becomes a typed error, never an ordinary turn. */
import { z } from 'zod';
import type { TokenTrace } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { ChatReply, ChatRequest } from './model.js';

/** The fingerprint of `entente mock`: what it serves is rehearsal, also when it comes over HTTP. */
export const rehearsalFingerprint = 'entente-rehearsal';

const idList = z.array(z.unknown()).nullish();
const tokenEntry = z.object({ token: z.unknown().optional(), logprob: z.number() });

const replySchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        finish_reason: z.string(),
        token_ids: idList,
        prompt_token_ids: idList,
        logprobs: z
          .object({ content: z.array(tokenEntry.extend({ top_logprobs: z.array(tokenEntry).nullish() })).nullish() })
          .nullish(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish(),
  prompt_token_ids: idList,
  sglext: z.object({ input_ids: idList, output_ids: idList }).nullish(),
  system_fingerprint: z.string().nullish(),
});
type RawReply = z.infer<typeof replySchema>;
type RawChoice = RawReply['choices'][number];

/** Throws `bad_reply`, `refused` or `empty`. `at` names the model and server in messages. */
export function readReply(
  raw: unknown,
  { wantTokens, alternatives }: Pick<ChatRequest, 'wantTokens' | 'alternatives'>,
  at: string,
): Omit<ChatReply, 'latencyMs' | 'failedAttempts'> {
  const parsed = replySchema.safeParse(raw);
  if (!parsed.success) {
    throw new EntenteError('bad_reply', `${at}: status 200, but no chat completion: ${excerpt(raw)}`, {
      retryable: true,
    });
  }
  const reply = parsed.data;
  const choice = reply.choices[0] as RawChoice;
  if (choice.message.refusal)
    throw new EntenteError('refused', `${at}: the model refused: ${excerpt(choice.message.refusal)}`);
  if (choice.finish_reason === 'content_filter')
    throw new EntenteError('refused', `${at}: stopped by a content filter`);
  if (choice.finish_reason !== 'stop' && choice.finish_reason !== 'length') {
    throw new EntenteError('bad_reply', `${at}: unexpected finish_reason "${choice.finish_reason}"`);
  }
  const content = choice.message.content ?? '';
  if (content.trim() === '') throw new EntenteError('empty', `${at}: the model answered with nothing`);
  const tokens = wantTokens ? readTokens(reply, choice, at) : null;
  return {
    content,
    finishReason: choice.finish_reason,
    promptTokens: reply.usage?.prompt_tokens ?? null,
    completionTokens: reply.usage?.completion_tokens ?? null,
    tokens,
    ...(alternatives === undefined ? {} : readChoices(choice)),
    ...(wantTokens && tokens === null && isRehearsed(reply) ? { rehearsed: true } : {}),
  };
}

/** Nothing where the server gave no alternatives. */
function readChoices({ logprobs }: RawChoice): Pick<ChatReply, 'choices'> {
  const entries = logprobs?.content ?? [];
  if (!entries.some(({ top_logprobs }) => top_logprobs != null && top_logprobs.length > 0)) return {};
  const choices = entries.map(({ token, top_logprobs }) => ({
    token: String(token ?? ''),
    alternatives: (top_logprobs ?? []).map((entry) => ({ token: String(entry.token ?? ''), logprob: entry.logprob })),
  }));
  return { choices };
}

/** Null where the server sent no ids of the reply. Ids are kept exactly as sent; what does not line up is for the export to refuse. */
function readTokens(reply: RawReply, choice: RawChoice, at: string): TokenTrace | null {
  // vLLM, then SGLang in its two ways.
  const promptIds = reply.prompt_token_ids ?? choice.prompt_token_ids ?? reply.sglext?.input_ids;
  const replyIds = choice.token_ids ?? firstList(reply.sglext?.output_ids) ?? spelledIds(choice);
  if (!replyIds) return null;
  const logprobs = choice.logprobs?.content;
  return {
    promptIds: promptIds ? tokenIds(promptIds, at) : null,
    replyIds: tokenIds(replyIds, at),
    logprobs: logprobs ? Float32Array.from(logprobs, (entry) => entry.logprob) : null,
    source: isRehearsed(reply) ? 'rehearsal' : 'server',
  };
}

function isRehearsed(reply: RawReply): boolean {
  return reply.system_fingerprint === rehearsalFingerprint;
}

function firstList(lists: readonly unknown[] | null | undefined): readonly unknown[] | null {
  return Array.isArray(lists?.[0]) ? lists[0] : null;
}

/** The ids that older vLLM servers write in place of the tokens' text; null unless every token is written so. */
function spelledIds({ logprobs }: RawChoice): number[] | null {
  const spelled = (logprobs?.content ?? []).map(({ token }) => /^token_id:(\d+)$/.exec(String(token))?.[1]);
  return spelled.length > 0 && spelled.every((id) => id !== undefined) ? spelled.map(Number) : null;
}

function tokenIds(values: readonly unknown[], at: string): Int32Array {
  return Int32Array.from(values, (value) => {
    if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0x7fff_ffff) return value as number;
    throw new EntenteError('bad_reply', `${at}: ${excerpt(value)} is not a token id`, { retryable: true });
  });
}

function excerpt(value: unknown): string {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')).replace(/\s+/g, ' ').trim();
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
