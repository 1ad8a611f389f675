import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countWords, fiveGrams, jaccard, namesIn, questionProblem, sentencesOf } from '../../src/scenarios/prose.js';

describe('the closing question', () => {
  const open = [
    'What should they do?',
    'What does Mrs. Abe owe to Dr. Lind?',
    'Ana must choose: what does she say?',
    'Who goes first: Ana or Lee?',
    'Which steps come first, and who pays for them?',
    'In what order, and with which stopping points, do they work?',
    'When, if ever, do they tell her?',
    'How, then, should the loss be shared?',
    'If the river rises, what should they save?',
    'When the rain comes, which field do they give up?',
    'What do they offer, should the bank say no?',
    'With whose boats, and until when, do we search?',
    'What is to be done, and is it enough?',
  ];
  test.each(open)('is open in "%s"', (question) => {
    expect(questionProblem(`The boat leaks. ${question}`)).toBeNull();
  });

  const yesOrNo = [
    'Should they tell her what they know?',
    "Shouldn't they tell her what they know?",
    'Isn’t it clear who pays?',
    "Can't the one who stays pay?",
    'Ought they to say who did it?',
    'And should she say what she saw?',
    'Ana must choose what to do: is it hers to tell?',
    'Which is right; do they know?',
    'When the rain comes, should they leave?',
    'Where the path ends, do they turn?',
    'Given what she knows, should she sign?',
    'Knowing who would pay, is it right to sell?',
    'In the end, is it her who decides what goes?',
    "She knows what it costs, doesn't she?",
    'They never asked who pays, did they?',
    'How should they decide whether to stay?',
    'Which way do they turn, to tell her or not?',
  ];
  test.each(yesOrNo)('can be answered by yes or no in "%s"', (question) => {
    expect(questionProblem(`The boat leaks. ${question}`)).toMatch(/yes\/no/);
  });

  test.each([
    ['two questions', 'What now? Who pays?'],
    ['a question before the end', 'What now? The boat leaks.'],
    ['no question', 'The boat leaks.'],
    ['a question inside a quotation', 'She asks: "What now?"'],
  ])('must be the only one and the end of the text, not %s', (_what, text) => {
    expect(questionProblem(text)).toMatch(/exactly one question mark, at the very end/);
  });

  test('needs a question word, which may stand before a colon but not in an earlier sentence', () => {
    expect(questionProblem('They know what it costs. The fairest way out?')).toMatch(/no question word/);
    expect(questionProblem('What should the plan hold: the price, the date?')).toBeNull();
  });
});

describe('sentences', () => {
  test('do not end at Mrs., Dr. or p.m., and end at a quoted full stop', () => {
    expect(sentencesOf('Mrs. Abe left at 6 p.m. today. "Go." He went!  Who stays?')).toEqual([
      'Mrs. Abe left at 6 p.m. today.',
      '"Go."',
      'He went!',
      'Who stays?',
    ]);
  });

  test('lose no word of the text', () => {
    const word = fc.constantFrom('Mrs.', 'a', 'b.', 'c?', '“d.”', 'p.m.', 'e!', '\n');
    const property = fc.property(fc.array(word), (words) => {
      const text = words.join(' ');
      expect(sentencesOf(text).join(' ').split(/\s+/)).toEqual(text.trim().split(/\s+/));
    });
    fc.assert(property, { seed: 3, numRuns: 100 });
  });
});

describe('names', () => {
  test('are capitalised words within a sentence, with or without a title, a possessive or a quotation before them', () => {
    const text = 'On Monday Mara’s brother met Mrs. Okafor and Dr. Lind: "Ask Jonas," said Prof. Wu to Ines.';
    expect([...namesIn(text)].sort()).toEqual(['Ines', 'Jonas', 'Lind', 'Mara', 'Okafor', 'Wu']);
  });

  test('are not the first words of sentences, days, months, languages, I or abbreviations in capitals', () => {
    const text = "Nine wait. Others left in May, and I'd rather speak French on Sundays: Nobody at the NGO minds.";
    expect([...namesIn(text)]).toEqual([]);
  });
});

describe('overlap', () => {
  test('is that of runs of five words, whatever their case and punctuation', () => {
    expect(fiveGrams('One, two: three FOUR five six.')).toEqual(
      new Set(['one two three four five', 'two three four five six']),
    );
    expect(fiveGrams('one two three four')).toEqual(new Set());
  });

  test('is symmetric, from 0 for nothing shared to 1 for the same', () => {
    const items = fc.subarray([...'abcdefghijkl']).map((letters) => new Set(letters));
    const property = fc.property(items, items, (one, other) => {
      const both = [...one].filter((item) => other.has(item)).length;
      const either = new Set([...one, ...other]).size;
      expect(jaccard(one, other)).toBe(either === 0 ? 0 : both / either);
      expect(jaccard(other, one)).toBe(jaccard(one, other));
    });
    fc.assert(property, { seed: 4, numRuns: 100 });
  });

  test('words are counted as a reader counts them', () => {
    expect(countWords("  Well-kept boats don't\nleak at 6 p.m. ")).toBe(7);
  });
});
