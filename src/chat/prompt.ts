/** Prompts are Markdown files beside the sources. Their hash is their version. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Message } from './model.js';

export interface Prompt {
  text: string;
  /** First 16 hex digits of the text's sha256. */
  hash: string;
}

/** `src/` and `dist/` lie equally deep, so `new URL('../../src/…', import.meta.url)` finds a prompt from both. */
export function readPrompt(url: URL): Prompt {
  const text = readFileSync(url, 'utf8').trim();
  return { text, hash: createHash('sha256').update(text).digest('hex').slice(0, 16) };
}

/** Fills `{{slots}}` in one pass, so that a slot spelled inside a value stays as it is. */
export function fillPrompt(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (slot, key: string) => values[key] ?? slot);
}

/** What some readers take for the end of a line, though JSON does not. */
const lineSeparators = /[\u0085\u2028\u2029]/g;

/** Untrusted material as one user message: JSON on one line inside a fence, so that no text in it can close the fence. */
export function materialMessage(material: object): Message {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const json = JSON.stringify(material).replace(lineSeparators, escaped);
  return { role: 'user', content: `The material:\n\n\`\`\`json\n${json}\n\`\`\`` };
}
