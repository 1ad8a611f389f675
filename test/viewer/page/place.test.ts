import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hrefTo, links, parsePlace } from '../../../src/viewer/page/routing/place.js';

test('what a link says is what is read back, whatever names and values hold', () => {
  const segment = fc.string({ unit: 'grapheme', minLength: 1 });
  const params = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(fc.array(segment), params, (path, values) => {
      expect(parsePlace(hrefTo(path, values))).toEqual({ path, params: values });
    }),
  );
});

test('every link stays on this page, whatever it is made of', () => {
  for (const text of ['javascript:alert(1)', '//evil.example', '"><img src=x>', '../..', '\u0000']) {
    for (const href of [links.run(text), links.group(text), links.episode(text, { at: text }), links.compare([text])]) {
      expect(href).toMatch(/^#\/[a-z]+\/[\w\-.!~*'()%+&=?/]*$/);
    }
  }
});

test('empty parameters are left out, so that one place has one address', () => {
  expect(hrefTo(['episodes', 'e'], { at: null, view: undefined, call: '', turn: 0 })).toBe('#/episodes/e?turn=0');
  expect(links.runs()).toBe('#/');
});

test.each(['', '#', '#/', '/'])('%j is the list of runs', (hash) => {
  expect(parsePlace(hash)).toEqual({ path: [], params: {} });
});

test('a broken escape is taken as it stands', () => {
  expect(parsePlace('#/runs/%E0%A4%A/x').path).toEqual(['runs', '%E0%A4%A', 'x']);
});
