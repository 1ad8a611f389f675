import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addScenarios } from '../../src/cli/scenarios.js';
import type { Dilemma, PersonaPair } from '../../src/domain/index.js';
import { emptyFolder, entente } from '../support/cli.js';
import { runCommand } from '../support/command.js';
import { aDilemma, aPair, jsonLines, passingText, writeInto } from '../support/library.js';

let cwd: string;
let sources: string[];
const scenarios = (...args: string[]) => runCommand(addScenarios, ['scenarios', ...args, ...sources]);

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'entente-test-'));
  const dilemmas = [
    aDilemma('amber-boat', { tier: 'professional', tags: ['x-y'], setting: 'Peru', stage: 'youth' }),
    aDilemma('birch-boat', { domain: 'mills', tags: ['x-y', 'v-w'] }),
    aDilemma('cedar-task', { split: 'eval-conflict', domain: 'mills', pair: 'held' }),
    aDilemma('elm-open', { split: 'eval-open', domain: 'fairs' }),
  ];
  writeInto(cwd, 'd/some.jsonl', jsonLines(dilemmas));
  writeInto(cwd, 'p/pairs.jsonl', jsonLines([aPair('x-y'), aPair('held', { split: 'held-out' })]));
  sources = ['--dilemmas', join(cwd, 'd'), '--personas', join(cwd, 'p')];
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('scenarios list', () => {
  const cases: [string[], string[], string[]][] = [
    [[], ['amber-boat', 'birch-boat', 'cedar-task', 'elm-open'], ['x-y', 'held']],
    [['--split', 'train'], ['amber-boat', 'birch-boat'], ['x-y']],
    [['--split', 'eval-open'], ['elm-open'], ['held']],
    [['--tier', 'everyday', '--domain', 'mills'], ['birch-boat', 'cedar-task'], []],
    [['--tag', 'x-y'], ['amber-boat', 'birch-boat'], ['x-y']],
    [['--text', 'BIRCH-boat rowers'], ['birch-boat'], []],
    [['--domain', 'nothing'], [], []],
  ];
  test.each(cases)('with %j finds what fits, with --json as one document', async (flags, dilemmaIds, pairIds) => {
    const { stdout, error } = await scenarios('list', '--json', ...flags);
    const { dilemmas, pairs } = JSON.parse(stdout) as { dilemmas: Dilemma[]; pairs: PersonaPair[] };
    expect([dilemmas.map(({ id }) => id), pairs.map(({ id }) => id)]).toEqual([dilemmaIds, pairIds]);
    expect(error).toBeNull();
  });

  test('is what `scenarios` alone does: a line each, cut to 80 columns, and how many there are', async () => {
    const { code, stdout, stderr } = await entente(['scenarios', ...sources], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ amber-boat {2}amber-boat rowers keep one amber-boat boat.*…$/m);
    expect(stdout).toMatch(/^ held +held-out +held first \/ held last$/m);
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
    expect(stderr).toMatch(/4 dilemmas, 2 persona pairs/);
  });
});

describe('scenarios show', () => {
  const flat = async (...args: string[]) => (await scenarios('show', ...args)).stdout.replace(/\s+/g, ' ');

  test('prints all that is known of a dilemma', async () => {
    const shown = await flat('amber-boat');
    expect(shown).toContain('amber-boat train · professional · boats · Peru · youth · x-y');
    expect(shown).toContain(passingText('amber-boat'));
    expect(await flat('cedar-task')).toContain('with the pair held');
  });

  test('prints a pair with both stances, and the record itself with --json', async () => {
    const { a, b } = aPair('x-y');
    const shown = await flat('x-y');
    for (const part of [a.name, a.stance, b.name, b.stance]) expect(shown).toContain(part);
    expect(JSON.parse((await scenarios('show', 'x-y', '--json')).stdout)).toEqual(aPair('x-y'));
  });

  test('suggests the nearest id for one that is not there, and ends with 2', async () => {
    const { code, stderr } = await entente(['scenarios', 'show', 'ambr-boat', ...sources], { cwd });
    expect(stderr).toBe('entente: no dilemma or persona pair "ambr-boat"; did you mean amber-boat?\n');
    expect(code).toBe(2);
  });
});

test('scenarios stats prints the same figures as a table and as --json, for what the filters let through', async () => {
  const statistics = JSON.parse((await scenarios('stats', '--tag', 'x-y', '--json')).stdout);
  expect(statistics).toMatchObject({
    dilemmas: 2,
    by_tier: { professional: 1, everyday: 1 },
    by_domain: { boats: 1, mills: 1 },
    by_tag: { 'x-y': 2, 'v-w': 1 },
    words: { mean: 54, least: 54, most: 54 },
  });
  const table = (await scenarios('stats', '--tag', 'x-y')).stdout;
  expect(table).toMatch(/^2 dilemmas, 54\.0 words on average \(54 to 54\)$/m);
  for (const [tag, count] of Object.entries(statistics.by_tag)) {
    expect(table).toMatch(new RegExp(`^ ${tag} +${count}$`, 'm'));
  }
  const none = (await scenarios('stats', '--tag', 'nothing')).stdout;
  expect(none).toMatch(/^0 dilemmas, 0\.0 words on average \(0 to 0\)$/m);
});

describe('scenarios check', () => {
  test('passes what is in order, and holds pairs that are named alone against nothing of ours', async () => {
    expect(await scenarios('check')).toEqual({
      ...{ error: null, exit: 0, stdout: '' },
      stderr: '4 dilemmas, 2 persona pairs: every check passed\n',
    });
    const alone = await runCommand(addScenarios, ['scenarios', 'check', '--json', '--personas', join(cwd, 'p')]);
    expect(JSON.parse(alone.stdout)).toEqual({ dilemmas: 0, pairs: 2, problems: [] });
  });

  test('names every planted fault with its places, one a line, and ends with 2', async () => {
    const folder = emptyFolder();
    const shared = (mark: string) => `${passingText(mark).replace('?', '.')} Rain falls on all of them. Who pays?`;
    const records = [
      aDilemma('short', { text: 'What now?' }),
      aDilemma('closed', { text: passingText('closed').replace(/What (.*)\?$/, 'Should $1?') }),
      aDilemma('one', { text: shared('one') }),
      aDilemma('two', { text: shared('two') }),
      aDilemma('loose', { split: 'eval-conflict' }),
      { ...aDilemma('bad'), teir: 'everyday' },
      aDilemma('short'),
    ];
    writeInto(folder, 'd.jsonl', jsonLines(records));
    writeInto(folder, 'broken.yaml', 'dilemmas: [');
    const { stance } = aPair('known').a;
    writeInto(folder, 'p.jsonl', jsonLines([aPair('known'), aPair('twin', { a: { name: 'a twin', stance } })]));
    const args = ['scenarios', 'check', '--dilemmas', 'd.jsonl', 'broken.yaml', '--personas', 'p.jsonl'];
    const { code, stdout, stderr } = await entente(args, { cwd: folder });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'file      d.jsonl:6: teir: is not a key entente knows',
      'file      d.jsonl:7: dilemma id "short" is taken already, at d.jsonl:1; give one of them another id.',
      expect.stringMatching(/^file {6}broken\.yaml:1: /),
      'length    d.jsonl:1: short has 2 words, not 35 to 110',
      'question  d.jsonl:2: closed closes with a yes/no question',
      'sentence  d.jsonl:3 and d.jsonl:4: 2 prompts share the sentence "rain falls on all of them"',
      'sentence  d.jsonl:3 and d.jsonl:4: 2 prompts share the sentence "who pays"',
      'stance    p.jsonl:1 and p.jsonl:2: stances share "keep known first"',
      'stance    p.jsonl:1 and p.jsonl:2: stances share "yield elsewhere than in known"',
      'binding   d.jsonl:5: loose is a conflict task without a pair',
    ]);
    expect([code, stderr]).toEqual([2, '5 dilemmas, 2 persona pairs: 10 problems\n']);
  });
});
