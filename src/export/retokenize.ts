/**
 * Token ids made from text, for turns whose server gave none. Nothing tells whether such ids are those that were sampled
 * but the server's counts: prompt and reply must agree with both, or the export ends. What comes out is marked
 * `retokenized`; ids and log-probabilities that the server did give stay as they are.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import type { Message } from '../chat/index.js';
import { speakerMessages } from '../deliberation/index.js';
import type { TokenTrace } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { TurnRow } from '../store/index.js';
import type { GradedGroup } from './graded.js';

/** A tokenizer and its chat template. The manifest records all of it but the functions. */
export interface Retokenizer {
  folder: string;
  /** SHA-256 of tokenizer.json and of the chat template. */
  tokenizer_sha256: string;
  template_sha256: string;
  /** The ids of the prompt of a reply yet to be written. Throws `input` where the template refuses the messages. */
  encodePrompt(messages: readonly Message[]): number[];
  encodeReply(text: string): number[];
  /** Null where the folder names no end-of-sequence token. */
  eosId: number | null;
}

/** Of one seat: turns without ids get them, all others stay as they are. `turns` are those of both seats. */
export function retokenizeTurns(
  retokenizer: Retokenizer,
  { scenario, config }: Pick<GradedGroup, 'scenario' | 'config'>,
  episodeId: string,
  turns: readonly TurnRow[],
  isTrained: (turn: TurnRow) => boolean,
): TurnRow[] {
  const said = turns.map(({ turn_index, round, seat, content }) => ({ turnIndex: turn_index, round, seat, content }));
  return turns.map((turn) => {
    if (!isTrained(turn) || (turn.tokens !== null && turn.tokens.promptIds !== null)) return turn;
    const history = said.filter(({ turnIndex }) => turnIndex < turn.turn_index);
    const messages = speakerMessages(scenario, turn.seat, history, config.window);
    return { ...turn, tokens: retokenize(retokenizer, messages, turn, `${episodeId}, turn ${turn.turn_index}`) };
  });
}

function retokenize(retokenizer: Retokenizer, messages: readonly Message[], turn: TurnRow, at: string): TokenTrace {
  const promptIds = retokenizer.encodePrompt(messages);
  agree(at, 'prompt', promptIds.length, turn.prompt_tokens);
  const source = 'retokenized';
  if (turn.tokens !== null) return { ...turn.tokens, promptIds: Int32Array.from(promptIds), source };
  const replyIds = retokenizer.encodeReply(turn.content);
  // The end mark is sampled and counted, but has no text. A reply that was cut has none.
  const ended = turn.finish_reason !== 'length' && turn.completion_tokens === replyIds.length + 1;
  if (ended && retokenizer.eosId !== null) replyIds.push(retokenizer.eosId);
  agree(at, 'reply', replyIds.length, turn.completion_tokens);
  return { promptIds: Int32Array.from(promptIds), replyIds: Int32Array.from(replyIds), logprobs: null, source };
}

function agree(at: string, what: 'prompt' | 'reply', made: number, counted: number | null): void {
  if (made === counted) return;
  throw new EntenteError(
    'uncertified',
    counted === null
      ? `${at}: the server did not count its tokens, so nothing vouches for the ${made} made from the text of the ${what}. Nothing was written.`
      : `${at}: the ${what} makes ${made} tokens here, but the server counted ${counted}; this is another tokenizer or chat template. Nothing was written.`,
  );
}

/** A special token is written as its text, or as an object that holds it. */
const tokenText = z
  .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])
  .nullish()
  .catch(null);
const configSchema = z.looseObject({
  bos_token: tokenText,
  eos_token: tokenText,
  unk_token: tokenText,
  pad_token: tokenText,
  chat_template: z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]).nullish(),
});
type TokenizerConfig = z.infer<typeof configSchema>;

/** Reads a Hugging Face folder. Throws `input` where something is missing or cannot be read. */
export function loadRetokenizer(folder: string): Retokenizer {
  const text = readText(folder, 'tokenizer.json');
  const config = readConfig(folder);
  const templateText = readTemplate(folder, config);
  const tokenizer = reading(`${folder}/tokenizer.json`, () => new Tokenizer(JSON.parse(text), config));
  const template = reading(`the chat template of ${folder}`, () => new Template(templateText));
  const { bos_token, eos_token, unk_token, pad_token } = config;
  const special = given({ bos_token, eos_token, unk_token, pad_token });
  // The template has written whatever special tokens there are.
  const encode = (words: string) => knownIds(tokenizer.encode(words, { add_special_tokens: false }).ids, folder);
  return {
    folder,
    tokenizer_sha256: sha256(text),
    template_sha256: sha256(templateText),
    encodeReply: encode,
    encodePrompt: (messages) =>
      encode(
        reading(`the chat template of ${folder}`, () =>
          // As requests ask servers to: no thinking.
          template.render({ ...special, messages, tools: null, add_generation_prompt: true, enable_thinking: false }),
        ),
      ),
    eosId: eos_token ? (tokenizer.token_to_id(eos_token) ?? null) : null,
  };
}

/** Tokens named beside the config, as older folders have them, stand in for those that it does not name. */
function readConfig(folder: string): TokenizerConfig {
  const read = (name: string) =>
    reading(`${folder}/${name}`, () => configSchema.parse(JSON.parse(readText(folder, name))));
  const config = read('tokenizer_config.json');
  if (!existsSync(join(folder, 'special_tokens_map.json'))) return config;
  return { ...read('special_tokens_map.json'), ...given(config) };
}

/** The file, where there is one, goes before the config, as in transformers. */
function readTemplate(folder: string, { chat_template }: TokenizerConfig): string {
  if (existsSync(join(folder, 'chat_template.jinja'))) return readText(folder, 'chat_template.jinja');
  const template =
    typeof chat_template === 'string' ? chat_template : chat_template?.find(({ name }) => name === 'default')?.template;
  if (template !== undefined) return template;
  throw new EntenteError('input', `--tokenizer: ${folder} has no chat template, so prompts cannot be made again.`);
}

function readText(folder: string, name: string): string {
  return reading(`${folder}/${name}`, () => readFileSync(join(folder, name), 'utf8'));
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof EntenteError) throw error;
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new EntenteError('input', `--tokenizer: ${what} cannot be used (${reason}).`, { cause: error });
  }
}

/** A character that the vocabulary lacks must not become token 0. */
function knownIds(ids: readonly (number | undefined)[], folder: string): number[] {
  return ids.map((id) => {
    if (id !== undefined) return id;
    throw new EntenteError('input', `--tokenizer: ${folder} has no token for some of the text.`);
  });
}

function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as Partial<T>;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
