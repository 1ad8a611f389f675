/** What a terminal can show: colour only on a TTY (NO_COLOR kept), width, and text made safe to print. */
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

export type Palette = ReturnType<typeof pc.createColors>;

/** Colours for one stream; all plain where it is no terminal. FORCE_COLOR and NO_COLOR decide before that. */
export function paletteFor(stream: { isTTY?: boolean }): Palette {
  if (process.env['NO_COLOR']) return pc.createColors(false);
  return pc.createColors(Boolean(process.env['FORCE_COLOR']) || Boolean(stream.isTTY));
}

/** Columns to write in: the terminal's, at most 100; 80 in a pipe. */
export function widthOf(stream: { columns?: number }): number {
  return Math.max(40, Math.min(stream.columns ?? 80, 100));
}

/** Text of a model or a file, without the control characters that could move the cursor or recolour the screen. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

/** Lines of at most `width` columns; words that are longer are broken. */
export function wrapText(text: string, width: number): string[] {
  return wrapAnsi(printable(text), width, { hard: true, trim: true }).split('\n');
}

/** Cut to `width` columns, with an ellipsis where something is missing. */
export function cutText(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  for (const character of text) {
    if (stringWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}
