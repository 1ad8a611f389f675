import { describe, expect, test } from 'vitest';
import type { Dilemma } from '../../src/domain/index.js';
import { checkLibrary, createScreen, limits } from '../../src/scenarios/check.js';
import { aDilemma, passingText, placed } from '../support/library.js';

const check = (...dilemmas: Dilemma[]) => checkLibrary(dilemmas.map(placed), []);
const marks = (count: number) => Array.from({ length: count }, (_, index) => `mark${index}`);
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');
const withOpening = (opening: string) => (mark: string) => aDilemma(mark, { text: `${opening} ${passingText(mark)}` });

test('a library in which all is in order has no problem', () => {
  expect(check(...marks(20).map((mark) => aDilemma(mark)))).toEqual([]);
});

describe('length', () => {
  const long = (count: number) => aDilemma('long', { text: `${words(count - 1)}, what?` });

  test.each([34, 111])('%i words are reported with the place', (count) => {
    expect(check(long(count))).toEqual([
      { rule: 'length', message: `long.yaml:1: long has ${count} words, not 35 to 110` },
    ]);
  });

  test.each([35, 110])('%i words pass', (count) => expect(check(long(count))).toEqual([]));
});

test('a prompt that does not close with one open question is reported with the place', () => {
  const closing = (question: string) => passingText('mark').replace(/What .*\?$/, question);
  const problems = (question: string) => check(aDilemma('mark', { text: closing(question) }));
  expect(problems('Should they sell?')).toEqual([
    { rule: 'question', message: 'mark.yaml:1: mark closes with a yes/no question' },
  ]);
  expect(problems('How do they learn whether to sell?')[0]?.message).toMatch(/in disguise/);
  expect(problems('What now? What then?')[0]?.message).toMatch(/exactly one/);
  expect(problems('They must settle this: what does Mrs. Abe get?')).toEqual([]);
});

describe('openings', () => {
  const alike = marks(limits.sameOpening + 1).map(withOpening('Nine days before snow,'));

  test('of four words shared by five prompts are reported with the first places and the last', () => {
    expect(check(...alike)).toEqual([
      {
        rule: 'opening',
        message: 'mark0.yaml:1 and mark1.yaml:1 and mark4.yaml:1: 5 prompts begin alike "nine days before snow"',
      },
    ]);
  });

  test('shared by four pass, and so do five that share three words', () => {
    expect(check(...alike.slice(1))).toEqual([]);
    expect(check(...marks(5).map((mark) => withOpening(`Nine days before ${mark}`)(mark)))).toEqual([]);
  });

  test('are the same in capitals and with other punctuation', () => {
    const other = withOpening('NINE days: before snow')('mark9');
    expect(check(...alike.slice(1), other).map(({ rule }) => rule)).toEqual(['opening']);
  });
});

describe('sentences', () => {
  const saying = (mark: string, sentence: string) =>
    aDilemma(mark, { text: `${mark} began it. ${sentence} ${passingText(mark)}` });

  test('shared by two prompts are reported with both places, whatever their case and punctuation', () => {
    const shared = check(saying('one', 'Rain falls, they say.'), saying('two', 'RAIN falls they say!'));
    expect(shared).toEqual([
      { rule: 'sentence', message: 'one.yaml:1 and two.yaml:1: 2 prompts share the sentence "rain falls they say"' },
    ]);
  });

  test('are whole where "Mrs." stands in them: only the rest of theirs in common is none in common', () => {
    const [one, two] = [saying('one', 'Nobody asks Mrs. Abe left.'), saying('two', 'Everybody helps Mrs. Abe left.')];
    expect(check(one, two)).toEqual([]);
  });

  test('of one word may be shared', () => {
    expect(check(saying('one', 'Silence.'), saying('two', 'Silence.'))).toEqual([]);
  });
});

describe('names', () => {
  const naming = (mark: string, name: string, parts: Partial<Dilemma> = {}) =>
    aDilemma(mark, { text: `${mark} came to ${name}. ${passingText(mark)}`, ...parts });

  test.each(['Mara', 'Mrs. Okafor', 'Mara’s'])('such as %s in 13 prompts are reported with places', (name) => {
    const problems = check(...marks(limits.sameName + 1).map((mark) => naming(mark, name)));
    expect(problems).toEqual([
      {
        rule: 'name',
        message: expect.stringMatching(
          /^mark0\.yaml:1 and mark1\.yaml:1 and mark12\.yaml:1: 13 prompts share the name "(Mara|Okafor)"$/,
        ),
      },
    ]);
  });

  test('in 12 prompts pass, and a name twice in one prompt counts once', () => {
    expect(check(...marks(limits.sameName).map((mark) => naming(mark, 'Mara and Mara')))).toEqual([]);
  });

  test('of the setting are no names, nor are days', () => {
    const settings = marks(14).map((mark) => naming(mark, 'Lagos on Friday', { setting: 'Lagos, Nigeria' }));
    expect(check(...settings)).toEqual([]);
  });
});

describe('overlap', () => {
  /** `shared` words in common of 60, so shared − 4 runs of five of all. */
  const half = (mark: string, shared: number, split: Dilemma['split'] = 'train') =>
    aDilemma(mark, {
      text: `${mark} ${words(shared)} ${Array.from({ length: 58 - shared }, (_, index) => `${mark}${index}`).join(' ')} what?`,
      split,
    });
  const overlapOf = (shared: number) => ((shared - 4) / (2 * 56 - (shared - 4))).toFixed(2);

  test('of two prompts over 0.15 is reported with both places', () => {
    expect(check(half('one', 19), half('two', 19))).toEqual([
      { rule: 'overlap', message: `one.yaml:1 and two.yaml:1: one and two overlap by ${overlapOf(19)}` },
    ]);
  });

  test('just below passes', () => expect(check(half('one', 18), half('two', 18))).toEqual([]));

  test.each([
    ['train', 'eval-open'],
    ['eval-open', 'eval-conflict'],
  ] as const)('between %s and %s over 0.10 is a leak, with both places', (one, two) => {
    const problems = check(half('one', 15, one), half('two', 15, two)).filter(({ rule }) => rule !== 'binding');
    expect(problems).toEqual([
      { rule: 'leak', message: `one.yaml:1 and two.yaml:1: one and two overlap by ${overlapOf(15)}` },
    ]);
    expect(check(half('one', 14, one), half('two', 14, two)).filter(({ rule }) => rule !== 'binding')).toEqual([]);
  });
});

test('the generator’s screen finds what the check of a whole library finds, and forgets what was not admitted', () => {
  const screen = createScreen();
  const [one, copy] = [placed(aDilemma('one')), placed(aDilemma('two', { text: passingText('one') }))];
  expect(screen.problems(one)).toEqual([]);
  expect(screen.problems(copy)).toEqual([]);
  screen.admit(one);
  expect(screen.problems(copy).map(({ rule }) => rule)).toEqual(expect.arrayContaining(['sentence', 'overlap']));
  expect(screen.problems(copy)).toEqual(checkLibrary([one, copy], []));
});
