/** The formats by name. */
import { textFormats } from './text-formats.js';
import { tokenFormats } from './token-formats.js';

export { promptRecord } from './prompts.js';
export { textFormats, tokenFormats };

/** `prompts` is of scenarios, not of episodes. */
export const formatNames = [...keysOf(tokenFormats), 'prompts', ...keysOf(textFormats)] as const;
export type FormatName = keyof typeof tokenFormats | keyof typeof textFormats | 'prompts';

export function isTextFormat(format: FormatName): format is keyof typeof textFormats {
  return format in textFormats;
}

function keysOf<T extends object>(object: T): (keyof T & string)[] {
  return Object.keys(object) as (keyof T & string)[];
}
