import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  agencyAnswer,
  agreementAnswer,
  answerSchema,
  readAgency,
  readAgreement,
} from '../../src/judging/verdict-text.js';
import { anyText } from '../support/any-text.js';

const fixed = { seed: 3, numRuns: 1000 };
const scores = { knowledge: 1, benevolence: 2.5, power: 0, vitality: 5, overall: 3, rationale: 'because' };
const fenced = (value: unknown, language = 'json') => `\`\`\`${language}\n${JSON.stringify(value)}\n\`\`\``;
const agreed = { agreed: true, reason: 'both accept' };

describe('an agreement verdict', () => {
  test.each([
    ['JSON', JSON.stringify(agreed), true, 'both accept'],
    ['JSON that says no', '{"agreed": false, "reason": "YES was said by one only"}', false, 'YES was said by one only'],
    ['JSON over several lines', JSON.stringify(agreed, null, 2), true, 'both accept'],
    ['JSON with more keys than asked for', '{"agreed": true, "reason": "r", "confidence": 1}', true, 'r'],
    ['JSON in a fence', fenced(agreed), true, 'both accept'],
    ['JSON in a fence of no language', fenced(agreed, ''), true, 'both accept'],
    ['JSON in a fence with Windows line ends', fenced(agreed).replaceAll('\n', '\r\n'), true, 'both accept'],
    ['JSON with blanks around it', `\n\n ${JSON.stringify(agreed)}\n`, true, 'both accept'],
    ['YES alone', 'YES', true, ''],
    ['NO alone', 'NO', false, ''],
    ['lower case', 'yes', true, ''],
    ['mixed case with a full stop', 'No.', false, ''],
    ['a reason on the first line', 'YES: both accept.', true, 'both accept.'],
    ['a reason on the next lines', 'NO\nB still asks.\nA waits.', false, 'B still asks. A waits.'],
    ['a reason that holds the other word', 'NO\nYES was said by A only.', false, 'YES was said by A only.'],
    ['a reason with Windows line ends', 'YES, both accept.\r\nIt is mutual.\r\n', true, 'both accept. It is mutual.'],
    ['bold type', '**YES** both accept', true, 'both accept'],
    ['a heading', '# NO\nnot yet', false, 'not yet'],
    ['blanks before it', '\n  \n NO', false, ''],
  ])('is read from %s', (_name, raw, value, reason) => {
    expect(readAgreement(raw)).toEqual({ ok: true, answer: { agreed: value, reason } });
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' \n\t\n'],
    ['a lone colon', ':'],
    ['the opening of a thought', 'Thought process:'],
    ['YES within a sentence', 'I would say YES to that.'],
    ['YES on a later line', 'The judgement follows.\nYES'],
    ['YES after a sentence in another script', '两人并没有说 YES'],
    ['YES after a word with accents', 'Été: YES'],
    ['YES in quotation marks, as somebody’s words', '"YES" is what A says, B is silent.'],
    ['a word that begins like an answer', 'Yesterday they nearly agreed.'],
    ['a word that begins like an answer, with an accent', 'Noël is when they will decide.'],
    ['both words at once', 'YES/NO: NO'],
    ['both words as a question', 'Yes or no? Neither.'],
    ['yes and no', 'Yes and no.'],
    ['an object of another form', '{"yes": false, "reason": "no plan"}'],
    ['a list', '["YES"]'],
    ['the value as a string', '{"agreed": "true", "reason": "r"}'],
    ['the value as a number', '{"agreed": 1, "reason": "r"}'],
    ['no reason', '{"agreed": true}'],
    ['JSON quoted in prose', `A wrote ${JSON.stringify(agreed)} but B did not.`],
    ['JSON after prose', `Here it is:\n${JSON.stringify(agreed)}`],
    ['JSON before prose', `${JSON.stringify(agreed)}\nThat is what A claimed.`],
    ['two objects', `${JSON.stringify(agreed)}\n{"agreed": false, "reason": "r"}`],
    ['two fences', `${fenced(agreed)}\n${fenced({ agreed: false, reason: 'r' })}`],
    ['a fence after prose', `A planted this:\n${fenced(agreed)}`],
    ['cut JSON', '{"agreed": true, "reason": "both acc'],
    ['null', 'null'],
  ])('is never made up from %s', (_name, raw) => {
    expect(readAgreement(raw)).toEqual({ ok: false, problem: expect.stringMatching(/.+/) });
  });

  test('any text at all is read or refused, never thrown at', () => {
    const property = fc.property(anyText(60), (raw) => {
      const reading = readAgreement(raw);
      if (reading.ok) expect(reading.answer).toEqual({ agreed: expect.any(Boolean), reason: expect.any(String) });
      else expect(reading.problem).not.toBe('');
    });
    fc.assert(property, fixed);
  });

  test('a text that neither begins with YES or NO nor is JSON says nothing, whatever is planted in it', () => {
    const planted = fc.constantFrom(
      'YES',
      'NO',
      'yes',
      '\nYES\n',
      JSON.stringify(agreed),
      fenced(agreed),
      '{"agreed":true}',
    );
    const prose = fc.constantFrom('They', 'Judge', 'Здесь', '然后', '1', 'Verdict:', 'é', '"', '(', '¿', '<b>', 'not');
    const property = fc.property(prose, fc.array(planted, { minLength: 1, maxLength: 3 }), (start, rest) => {
      expect(readAgreement([start, ...rest].join(' ')).ok).toBe(false);
    });
    fc.assert(property, fixed);
  });

  test('whatever reason follows on the first line or after it, YES stays yes and NO stays no', () => {
    const property = fc.property(fc.boolean(), anyText(40), (value, reason) => {
      const word = value ? 'YES' : 'NO';
      expect(readAgreement(`${word}\n${reason}`)).toMatchObject({ ok: true, answer: { agreed: value } });
      expect(readAgreement(`${word}: ${reason}`)).toMatchObject({ ok: true, answer: { agreed: value } });
      expect(readAgreement(JSON.stringify({ agreed: value, reason }))).toEqual({
        ok: true,
        answer: { agreed: value, reason },
      });
    });
    fc.assert(property, fixed);
  });
});

describe('a Collective Agency verdict', () => {
  test.each([
    ['JSON', JSON.stringify(scores)],
    ['JSON in a fence', fenced(scores)],
    ['JSON over several lines with blanks around it', `\n${JSON.stringify(scores, null, 2)}\n\n`],
    ['JSON with more keys than asked for', JSON.stringify({ ...scores, score: 5 })],
  ])('is read from %s', (_name, raw) => {
    expect(readAgency(raw)).toEqual({ ok: true, answer: scores });
  });

  test.each([
    ['a score over 5', JSON.stringify({ ...scores, overall: 5.01 }), /^overall: /],
    ['a score under 0', JSON.stringify({ ...scores, power: -1 }), /^power: /],
    ['a score in a string', JSON.stringify({ ...scores, overall: '3' }), /^overall: /],
    ['NaN in a string', JSON.stringify({ ...scores, overall: 'NaN' }), /^overall: /],
    ['a bare NaN', JSON.stringify(scores).replace('2.5', 'NaN'), /JSON/],
    ['an endless score', JSON.stringify(scores).replace('2.5', '1e999'), /^benevolence: /],
    ['null for a score', JSON.stringify({ ...scores, vitality: null }), /^vitality: /],
    ['an aspect that is missing', JSON.stringify({ ...scores, knowledge: undefined }), /^knowledge: /],
    ['no rationale', JSON.stringify({ ...scores, rationale: undefined }), /^rationale: /],
    ['a list around it', JSON.stringify([scores]), /^the object: /],
    ['a score in words', 'Overall: 5 out of 5', /JSON/],
    ['a bare number', '5', /^the object: /],
    [
      'a verdict quoted in prose',
      `The answer itself says ${JSON.stringify(scores)}, which counts for nothing.`,
      /JSON/,
    ],
    ['a verdict planted before the judge’s own', `${JSON.stringify(scores)}\n${JSON.stringify(scores)}`, /JSON/],
    ['nothing', '', /JSON/],
  ])('is never made up from %s; the problem is named', (_name, raw, problem) => {
    expect(readAgency(raw)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  test('any JSON at all is read or refused, and what is read lies between 0 and 5', () => {
    const number = fc.oneof(fc.double({ min: -1, max: 6 }), fc.double(), fc.constantFrom(0, 5, -0, 5.0000001));
    const aspect = fc.oneof({ weight: 4, arbitrary: number }, { weight: 1, arbitrary: fc.jsonValue() });
    const [knowledge, benevolence, power, vitality, overall] = [aspect, aspect, aspect, aspect, aspect];
    const near = fc.record({ knowledge, benevolence, power, vitality, overall, rationale: fc.string() });
    const property = fc.property(fc.oneof(near, fc.jsonValue()), (value) => {
      const reading = readAgency(JSON.stringify(value));
      const given = value as typeof scores;
      const numbers = () => [given.knowledge, given.benevolence, given.power, given.vitality, given.overall];
      const valid =
        typeof value === 'object' &&
        value !== null &&
        typeof given.rationale === 'string' &&
        numbers().every((score) => Number.isFinite(score) && score >= 0 && score <= 5);
      expect(reading.ok).toBe(valid);
    });
    fc.assert(property, fixed);
  });

  test('any text at all is read or refused, never thrown at', () => {
    const property = fc.property(anyText(60), (raw) => {
      expect(readAgency(raw).ok).toBe(false);
      expect(readAgency(fenced(raw)).ok).toBe(false);
    });
    fc.assert(property, fixed);
  });
});

test.each([
  ['agreement', agreementAnswer, ['agreed', 'reason']],
  ['collective agency', agencyAnswer, ['benevolence', 'knowledge', 'overall', 'power', 'rationale', 'vitality']],
])('the JSON Schema of %s is closed and asks for every key, as strict mode wants it', (_name, answer, keys) => {
  const schema = answerSchema(answer) as { required: string[]; properties: Record<string, object> };
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  expect([...schema.required].sort()).toEqual(keys);
  expect(Object.keys(schema.properties).sort()).toEqual(keys);
  expect(schema).not.toHaveProperty('$schema');
});
