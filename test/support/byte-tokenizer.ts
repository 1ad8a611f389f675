/** A Hugging Face folder with a tokenizer whose ids can be read by eye: 0–255 are bytes, those above special tokens. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../src/chat/index.js';
import { emptyFolder } from './cli.js';

export const specialTokens = ['<|im_start|>', '<|im_end|>', '<think>', '</think>'];
/** The id of `<|im_end|>`, the end of a reply. */
export const endId = 257;

export const chatml = `{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
`;

/** Drops thinking from history and writes an empty thought where thinking is switched off, as Qwen3 does. */
export const qwenLike = `{%- for message in messages %}
    {%- set content = message.content %}
    {%- if message.role == 'assistant' and '</think>' in content %}
        {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
    {%- endif %}
    {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}
`;

/** What both templates make of messages, written down once more by hand. */
export function renderedByHand(messages: readonly Message[], opening = ''): string {
  const said = messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`);
  return `${said.join('')}<|im_start|>assistant\n${opening}`;
}

/** Counts by hand: a special token is one, everything else one per byte. */
export function countByHand(text: string): number {
  const plain = specialTokens.reduce((left, token) => left.replaceAll(token, '#'), text);
  return Buffer.byteLength(plain, 'utf8');
}

export function textOf(ids: readonly number[]): string {
  const bytes = ids.map((id) => (id < 256 ? Buffer.of(id) : Buffer.from(specialTokens[id - 256] ?? '?')));
  return Buffer.concat(bytes).toString('utf8');
}

/** Gone after the test. `config` overwrites parts of tokenizer_config.json. */
export function tokenizerFolder(config: object = {}): string {
  const folder = join(emptyFolder(), 'tokenizer');
  mkdirSync(folder);
  const tokenizer = {
    version: '1.0',
    added_tokens: specialTokens.map((content, index) => ({ id: 256 + index, content, special: true })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: Object.fromEntries(byteLetters().map((letter, byte) => [letter, byte])), merges: [] },
  };
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  const written = { eos_token: '<|im_end|>', chat_template: chatml, ...config };
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(written));
  return folder;
}

/** The letter that byte-level encodings write for each byte: itself where it can be seen, else one from U+0100 on. */
function byteLetters(): string[] {
  let next = 0x100;
  const isSeen = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isSeen(byte) ? byte : next++));
}
