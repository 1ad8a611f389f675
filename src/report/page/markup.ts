/** Markup for HTML and the SVG within it. Text enters through `escapeMarkup` only. */

/** Safe between tags and within double quotes. */
export function escapeMarkup(text: string): string {
  return (
    text
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      .replace(/'/g, '&#39;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters have no place in a page
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
  );
}

/** An element. Attribute values are escaped; `content` is markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: string | null = '',
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeMarkup(shortened(value))}"`);
  const open = `<${name}${written.join('')}`;
  return content === null ? `${open}/>` : `${open}>${content}</${name}>`;
}

/** Coordinates to a tenth of a pixel. */
function shortened(value: string | number): string {
  return typeof value === 'string' ? value : String(Math.round(value * 10) / 10);
}
