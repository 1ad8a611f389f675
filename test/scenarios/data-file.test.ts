import { describe, expect, test } from 'vitest';
import { loadDilemmas, readDataFile } from '../../src/scenarios/index.js';
import { emptyFolder } from '../support/cli.js';
import { aDilemma, writeInto } from '../support/library.js';

const fileOf = (name: string, text: string) => writeInto(emptyFolder(), name, text);
const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'input', message: expect.stringMatching(message) });
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a hostile data file ends in one clear line', () => {
  const cases: [string, string, string, RegExp][] = [
    ['over 1 MB', 'd.yaml', `text: ${'a'.repeat(1_000_000)}`, /limit of 1000000/],
    ['over 1 MB', 'd.jsonl', `"${'a'.repeat(1_000_000)}"`, /limit of 1000000/],
    ['21 deep', 'd.yaml', nested(21), /nested more than 20 deep/],
    ['20 deep on a line', 'd.jsonl', nested(20), /nested more than 20 deep/],
    ['100,000 deep', 'd.yaml', nested(100_000), /nested more than 20 deep/],
    // The depths around which the stack of a process ends.
    ...[1_000, 2_000, 3_000, 5_000, 10_000].map((depth): [string, string, string, RegExp] => [
      `${depth} deep`,
      'd.yaml',
      nested(depth),
      /nested more than 20/,
    ]),
    ['5,000 lists on one line', 'd.yaml', `${'- '.repeat(5_000)}a`, /nested more than 20 deep/],
    [
      '500 mappings, each within the last',
      'd.yaml',
      Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      /nested more than 20 deep/,
    ],
    ['100,000 deep', 'd.jsonl', nested(100_000), /nested more than 20 deep/],
    [
      'an alias bomb',
      'd.yaml',
      'a: &a [x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n',
      /too many aliases/,
    ],
    ['an alias of nothing', 'd.yaml', 'a: *nowhere\n', /d\.yaml:1: .*nowhere/],
    ['two documents', 'd.yaml', 'a: 1\n---\nb: 1\n', /d\.yaml:2: a second document/],
  ];
  test.each(cases)('%s (%s)', (_what, name, text, message) => {
    const path = fileOf(name, text);
    expect(() => readDataFile(path)).toThrow(refusal(message));
    expect(() => readDataFile(path)).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/\n/) }));
  });

  test('a folder', () => expect(() => readDataFile(emptyFolder())).toThrow(refusal(/is a folder/)));
});

test('what is just within the limits is read', () => {
  expect(readDataFile(fileOf('d.yaml', nested(20))).value).toEqual(JSON.parse(nested(20)));
  expect(readDataFile(fileOf('d.jsonl', nested(19))).value).toEqual([JSON.parse(nested(19))]);
  expect(readDataFile(fileOf('d.yaml', `a: ${'a'.repeat(999_000)}`)).value).toHaveProperty('a');
  expect(readDataFile(fileOf('d.yaml', 'a: &a [x]\nb: [*a, *a]\n')).value).toEqual({ a: ['x'], b: [['x'], ['x']] });
});

test('a key that stands twice among 30,000 is found at once, not in minutes', () => {
  const keys = Array.from({ length: 30_000 }, (_, index) => `k${index}: 1\n`).join('');
  const path = fileOf('d.yaml', `${keys}last: {a: 1, k7: 2}\nk7: 2\n`);
  expect(() => readDataFile(path)).toThrow(refusal(/d\.yaml:30002: the key "k7" stands there twice/));
}, 6_000);

describe('__proto__ is a key like any other', () => {
  const pristine = () => Object.keys(Object.prototype);
  const { tier: _tier, ...untiered } = aDilemma('one');

  test.each([
    [
      'a dilemma in YAML',
      'd.yaml',
      `- ${JSON.stringify(untiered).replace('{', '{"__proto__": {"tier": "everyday"}, ')}`,
    ],
    ['a YAML file', 'd.yaml', `__proto__: {tier: everyday}\ndilemmas: [${JSON.stringify(untiered)}]`],
    ['JSONL', 'd.jsonl', JSON.stringify(untiered).replace('{', '{"__proto__": {"tier": "everyday"}, ')],
  ])('that gives a record no field and no object a new one, in %s', (_where, name, text) => {
    const path = fileOf(name, text);
    expect(() => loadDilemmas([path])).toThrow(refusal(/:1: (tier|__proto__): /));
    expect(pristine()).toEqual([]);
    expect(({} as { tier?: unknown }).tier).toBeUndefined();
  });

  test('nor does constructor.prototype reach it', () => {
    const path = fileOf(
      'd.yaml',
      `- {constructor: {prototype: {tier: everyday}}, ${JSON.stringify(untiered).slice(1)}`,
    );
    expect(() => loadDilemmas([path])).toThrow(refusal(/:1: (tier|constructor): /));
    expect(({} as { tier?: unknown }).tier).toBeUndefined();
  });
});

test('the line of a value is that of the value, or of what is nearest around it', () => {
  const { lineOf } = readDataFile(fileOf('d.yaml', '# a comment\na:\n  - b: 1\n  - c: 2\n    d: [x,\n      y]\n'));
  expect(lineOf(['a', 1, 'd', 1])).toBe(6);
  expect(lineOf(['a', 1, 'nothing'])).toBe(4);
  expect(lineOf(['nothing', 'at', 'all'])).toBe(2);
});
