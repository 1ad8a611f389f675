/** Reads a chat completion: what is odd about it becomes a typed error, never an ordinary turn. */
import { z } from 'zod';
import type { Reply, TokenTrace } from '../domain/index.js';
import { EntenteError } from '../errors.js';

/** The fingerprint of `entente mock`: what it serves is rehearsal, also when it comes over HTTP. */
export const rehearsalFingerprint = 'entente-rehearsal';

const replySchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        finish_reason: z.string(),
        token_ids: z.array(z.unknown()).nullish(),
        logprobs: z.object({ content: z.array(z.object({ logprob: z.number() })).nullish() }).nullish(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish(),
  prompt_token_ids: z.array(z.unknown()).nullish(),
  system_fingerprint: z.string().nullish(),
});
type RawReply = z.infer<typeof replySchema>;

/** Throws `bad_reply`, `refused` or `empty`. `at` names the model and server in messages. */
export function readReply(raw: unknown, wantTokens: boolean, at: string): Omit<Reply, 'latencyMs' | 'failedAttempts'> {
  const parsed = replySchema.safeParse(raw);
  if (!parsed.success) {
    throw new EntenteError('bad_reply', `${at}: status 200, but no chat completion: ${excerpt(raw)}`, {
      retryable: true,
    });
  }
  const reply = parsed.data;
  const choice = reply.choices[0] as RawReply['choices'][number];
  if (choice.message.refusal)
    throw new EntenteError('refused', `${at}: the model refused: ${excerpt(choice.message.refusal)}`);
  if (choice.finish_reason === 'content_filter')
    throw new EntenteError('refused', `${at}: stopped by a content filter`);
  if (choice.finish_reason !== 'stop' && choice.finish_reason !== 'length') {
    throw new EntenteError('bad_reply', `${at}: unexpected finish_reason "${choice.finish_reason}"`);
  }
  const content = choice.message.content ?? '';
  if (content.trim() === '') throw new EntenteError('empty', `${at}: the model answered with nothing`);
  return {
    content,
    finishReason: choice.finish_reason,
    promptTokens: reply.usage?.prompt_tokens ?? null,
    completionTokens: reply.usage?.completion_tokens ?? null,
    tokens: wantTokens ? readTokens(reply, choice, at) : null,
  };
}

/** Null where the server sent no ids. Ids are kept exactly as sent; what does not line up is for the export to refuse. */
function readTokens(reply: RawReply, choice: RawReply['choices'][number], at: string): TokenTrace | null {
  if (!reply.prompt_token_ids || !choice.token_ids) return null;
  const logprobs = choice.logprobs?.content;
  return {
    promptIds: tokenIds(reply.prompt_token_ids, at),
    replyIds: tokenIds(choice.token_ids, at),
    logprobs: logprobs ? Float32Array.from(logprobs, (entry) => entry.logprob) : null,
    source: reply.system_fingerprint === rehearsalFingerprint ? 'rehearsal' : 'server',
  };
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
