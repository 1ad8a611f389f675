import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDilemmas, loadPersonaPairs, placeDilemmas } from '../../src/scenarios/index.js';
import { emptyFolder } from '../support/cli.js';
import { aDilemma, aPair, jsonLines, writeInto } from '../support/library.js';

const ids = (records: readonly { id: string }[]) => records.map(({ id }) => id);
const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'input', message: expect.stringMatching(message) });

const yaml = `split: eval-open
tier: everyday
domain: boats
dilemmas:
  - id: one
    text: What now?
  - {id: two, tier: professional, domain: mills, split: train, tags: [a-b], setting: Peru, stage: youth, text: Who?}
`;

describe('dilemmas', () => {
  test('of a YAML file have its split, tier and domain, unless they state their own', () => {
    const path = writeInto(emptyFolder(), 'boats.yaml', yaml);
    expect(loadDilemmas([path])).toEqual([
      {
        ...{ id: 'one', split: 'eval-open', tier: 'everyday', domain: 'boats', text: 'What now?' },
        ...{ setting: null, stage: null, tags: [] },
      },
      {
        ...{ id: 'two', split: 'train', tier: 'professional', domain: 'mills', text: 'Who?' },
        ...{ setting: 'Peru', stage: 'youth', tags: ['a-b'] },
      },
    ]);
  });

  test('of a JSONL file stand one on a line, blank lines, CRLF and a byte order mark aside', () => {
    const [one, two] = [aDilemma('one', { pair: aPair('own') }), aDilemma('two')];
    const text = `\uFEFF${JSON.stringify(one)}\r\n\r\n${JSON.stringify(two)}`;
    expect(placeDilemmas([writeInto(emptyFolder(), 'd.jsonl', text)])).toEqual([
      { record: one, place: expect.stringMatching(/d\.jsonl:1$/) },
      { record: two, place: expect.stringMatching(/d\.jsonl:3$/) },
    ]);
  });

  test('of a YAML list need no header', () => {
    const path = writeInto(emptyFolder(), 'd.yml', `# mine\n- ${JSON.stringify(aDilemma('one'))}\n`);
    expect(loadDilemmas([path])).toEqual([aDilemma('one')]);
  });

  test('come in the order of the paths and, in folders, of file names, whoever wrote them first', () => {
    const folder = emptyFolder();
    for (const name of ['z/b.jsonl', 'c.jsonl', 'z/a.jsonl', 'a/d.jsonl', 'B.jsonl']) {
      writeInto(folder, name, jsonLines([aDilemma(name.replace(/\W/g, '-').toLowerCase())]));
    }
    writeInto(folder, 'notes.txt', 'no data');
    const order = ['b-jsonl', 'a-d-jsonl', 'c-jsonl', 'z-a-jsonl', 'z-b-jsonl'];
    expect(ids(loadDilemmas([folder]))).toEqual(order);
    expect(ids(loadDilemmas([join(folder, 'z'), join(folder, 'c.jsonl')]))).toEqual([
      'z-a-jsonl',
      'z-b-jsonl',
      'c-jsonl',
    ]);
  });
});

describe('persona pairs', () => {
  test('stand one in a YAML file, or many in JSONL, alone or beside ours where "shipped" is named', () => {
    const folder = emptyFolder();
    const one = writeInto(folder, 'one.yaml', JSON.stringify(aPair('one'), null, 2));
    const more = writeInto(folder, 'more.jsonl', jsonLines([aPair('two'), aPair('three')]));
    expect(loadPersonaPairs([one, more])).toEqual([aPair('one'), aPair('two'), aPair('three')]);
    expect(ids(loadPersonaPairs(['shipped', one]))).toEqual([...ids(loadPersonaPairs()), 'one']);
  });

  test('name the file and line of what is wrong', () => {
    const text = 'id: one\ntension: t\na:\n  name: x\n  stance: y\nb:\n  name: x\n  stanse: y\n';
    const path = writeInto(emptyFolder(), 'p.yaml', text);
    expect(() => loadPersonaPairs([path])).toThrow(refusal(/p\.yaml:8: b\.stanse: is not a key/));
  });
});

describe('what is wrong is told with file and line', () => {
  const cases: [string, string, string, RegExp][] = [
    ['an unknown tier of the file', 'd.yaml', yaml.replace('everyday', 'everday'), /d\.yaml:2: tier: .*"everyday"/],
    ['an unknown key of a dilemma', 'd.yaml', yaml.replace('text: What', 'txt: What'), /d\.yaml:6: txt: is not a key/],
    ['an unknown key of the file', 'd.yaml', `teir: x\n${yaml}`, /d\.yaml:1: teir: is not a key/],
    ['a missing text', 'd.yaml', yaml.replace('text: What now?', 'stage: youth'), /d\.yaml:5: text: /],
    ['an id in capitals', 'd.yaml', yaml.replace('id: one', 'id: One'), /d\.yaml:5: id: must be lower-case/],
    ['a duplicate id', 'd.yaml', yaml.replace('id: two', 'id: one'), /d\.yaml:7: .*"one".* at .*d\.yaml:5/],
    ['a list of texts', 'd.yaml', 'dilemmas: [What now?]\n', /d\.yaml:1: dilemmas\.0: /],
    ['no dilemma', 'd.yaml', 'tier: everyday\ndilemmas: []\n', /d\.yaml:2: dilemmas: /],
    ['an empty file', 'd.yaml', '', /d\.yaml:1: /],
    ['a repeated key', 'd.yaml', 'tier: everyday\ntier: everyday\n', /d\.yaml:2: .*"tier" stands there twice/],
    ['broken YAML', 'd.yaml', 'dilemmas:\n  - [one\n', /d\.yaml:\d: /],
    ['broken JSON', 'd.jsonl', `${JSON.stringify(aDilemma('one'))}\n{"id": `, /d\.jsonl:2: not valid JSON/],
    ['a bad record of JSONL', 'd.jsonl', `\n${JSON.stringify({ ...aDilemma('one'), tier: 1 })}`, /d\.jsonl:2: tier: /],
    [
      'a stance too many in a pair',
      'd.yaml',
      yaml.replace('text: W', 'pair: {id: p, c: {}}\n    text: W'),
      /d\.yaml:6: /,
    ],
  ];
  test.each(cases)('%s', (_what, name, text, message) => {
    const path = writeInto(emptyFolder(), name, text);
    expect(() => loadDilemmas([path])).toThrow(refusal(message));
  });

  test('the id of a record in another file, with both files', () => {
    const folder = emptyFolder();
    const paths = ['a.jsonl', 'b.jsonl'].map((name) => writeInto(folder, name, jsonLines([aDilemma('same')])));
    expect(() => loadDilemmas(paths)).toThrow(
      refusal(/b\.jsonl:1: dilemma id "same" is taken already, at .*a\.jsonl:1;/),
    );
  });

  test('a path that is not there', () => {
    expect(() => loadDilemmas([join(emptyFolder(), 'gone')])).toThrow(refusal(/gone: no such file or folder/));
  });
});

test('a check goes on behind a bad record and a bad file, and reports each once', () => {
  const folder = emptyFolder();
  writeInto(folder, 'a.jsonl', jsonLines([aDilemma('one'), { id: 'Bad' }, aDilemma('two'), aDilemma('one')]));
  writeInto(folder, 'b.yaml', 'dilemmas: [');
  writeInto(folder, 'c.jsonl', jsonLines([aDilemma('three')]));
  const told: string[] = [];
  const found = placeDilemmas([folder], ({ message }) => void told.push(message));
  expect(ids(found.map(({ record }) => record))).toEqual(['one', 'two', 'three']);
  expect(told).toEqual([
    expect.stringMatching(/a\.jsonl:2: /),
    expect.stringMatching(/a\.jsonl:4: .*"one"/),
    expect.stringMatching(/b\.yaml:1: /),
  ]);
});

test('an empty folder holds nothing, and one that vanished is an error', () => {
  const folder = emptyFolder();
  expect(loadDilemmas([folder])).toEqual([]);
  rmSync(folder, { recursive: true });
  expect(() => loadDilemmas([folder])).toThrow(refusal(/no such file or folder/));
});
