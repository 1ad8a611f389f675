import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../../src/viewer/page/', import.meta.url));
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(tsx?|html|css)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

/** Ways for a text to become markup, code or an address of its own. */
const forbidden = {
  'markup from a text':
    /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc/,
  'code from a text': /\beval\(|new Function\(|setTimeout\(\s*['"`]|javascript:/i,
  'an address that was not made by the routes':
    /\b(?:href|src|action|formAction)=\{(?!null\b)(?!links\.|href\b|hrefOfCall\()/,
  'a message to or from other windows': /postMessage|window\.open|\.opener\b/,
  'something from elsewhere': /url\((?!#)|@import|https?:\/\//,
};

function placesOf(pattern: RegExp, files = sources): string[] {
  return files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
}

describe("the page's sources hold no", () => {
  test.each(Object.entries(forbidden))('%s', (_name, pattern) => {
    expect(sources.length).toBeGreaterThan(50);
    expect(placesOf(pattern)).toEqual([]);
  });
});

test.each([
  ['markup from a text', '<p dangerouslySetInnerHTML={{ __html: text }} />'],
  ['markup from a text', 'element.innerHTML = text;'],
  ['code from a text', "setTimeout('go()', 1)"],
  ['code from a text', '<a href="javascript:go()">'],
  ['an address that was not made by the routes', '<a href={turn.content}>'],
  ['an address that was not made by the routes', '<a href={`//host`}>'],
  ['something from elsewhere', '<script src="https://example.org/x.js">'],
] as const)('%s is found where it is planted', (name, text) => {
  expect(placesOf(forbidden[name], [{ name: 'planted.tsx', text }])).toEqual(['planted.tsx']);
});

test('links of the routes pass', () => {
  const text = '<a href={links.run(id)}><a href={href}><a href={hrefOfCall(id)}><a href="#main">';
  expect(placesOf(forbidden['an address that was not made by the routes'], [{ name: 'fine.tsx', text }])).toEqual([]);
});
