import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockServer, startMockServer } from '../../src/chat/index.js';
import { addGenerate } from '../../src/cli/generate.js';
import { addScenarios } from '../../src/cli/scenarios.js';
import type { Dilemma, PersonaPair } from '../../src/domain/index.js';
import { checkLibrary, placeDilemmas, placePersonaPairs } from '../../src/scenarios/index.js';
import { emptyFolder, entente, startEntente } from '../support/cli.js';
import { runCommand } from '../support/command.js';
import { jsonLines } from '../support/library.js';

let server: MockServer;
beforeAll(async () => {
  server = await startMockServer({ port: 0 });
});
afterAll(() => server.close());

const served = () => ['--model', `m@${server.url}`];
const newFile = () => join(emptyFolder(), 'new.jsonl');
const generate = (...args: string[]) => runCommand(addGenerate, ['generate', ...args]);
const textOf = (path: string) => readFileSync(path, 'utf8');

function recordsOf<T = Dilemma>(path: string): T[] {
  expect(textOf(path)).toMatch(/\n$/);
  const lines = textOf(path).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}

const provenance = (model: string, ...marks: readonly string[]) => ({
  ...{ model, prompt_hash: expect.stringMatching(/^[0-9a-f]{16}$/), seed: expect.any(Number) },
  date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
  ratings: Object.fromEntries(marks.map((mark) => [mark, expect.any(Number)])),
});

test('forty dilemmas by the rehearsal: a file that passes the check beside ours, with provenance on each', async () => {
  const cwd = emptyFolder();
  const args = ['generate', 'dilemmas', '--count', '40', '--model', 'rehearsal', '--out', 'new.jsonl'];
  const { code, stdout, stderr } = await entente(args, { cwd });
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toMatch(/^\d+\/40 accepted after \d+ attempts$/m);
  expect(stderr).toMatch(/^ accepted +40$/m);
  expect(stderr).toMatch(/^new\.jsonl holds 40 records · [\d.]+ k tokens$/m);
  const records = recordsOf(join(cwd, 'new.jsonl'));
  expect(records).toHaveLength(40);
  for (const record of records) expect(record.provenance).toEqual(provenance('rehearsal', 'two_sided', 'concrete'));
  expect(new Set(records.map((record) => record.provenance?.seed)).size).toBe(40);
  const check = await runCommand(addScenarios, ['scenarios', 'check', '--dilemmas', 'shipped', join(cwd, 'new.jsonl')]);
  expect(check).toMatchObject({ exit: 0, stderr: '1340 dilemmas, 35 persona pairs: every check passed\n' });
});

test('ten dilemmas by a server: a file that passes the check, in the cell that was asked for', async () => {
  const out = newFile();
  const cell = ['--tier', 'professional', '--domain', 'bell-founding', '--country', 'Peru'];
  const { error, stdout } = await generate('dilemmas', '--count', '10', ...served(), ...cell, '--out', out, '--json');
  expect(error).toBeNull();
  const { attempts, rejected, ...told } = JSON.parse(stdout) as { attempts: number; rejected: Record<string, number> };
  expect(told).toEqual({ out, records: 10, accepted: 10, tokens: expect.any(Number) });
  expect(Object.values(rejected).reduce((sum, times) => sum + times, 10)).toBe(attempts);
  for (const record of recordsOf(out)) {
    expect(record).toMatchObject({ split: 'train', tier: 'professional', domain: 'bell-founding', setting: 'Peru' });
    expect(record.provenance).toEqual(provenance('m', 'two_sided', 'concrete'));
  }
  expect(checkLibrary(placeDilemmas([out]), [])).toEqual([]);
});

test('five persona pairs by the rehearsal: a file that passes the check beside ours', async () => {
  const out = newFile();
  const { stderr } = await generate('personas', '--model', 'rehearsal', '--count', '5', '--out', out);
  expect(stderr).toMatch(/^ accepted +5$/m);
  for (const record of recordsOf<PersonaPair>(out)) {
    expect(record).toMatchObject({ split: 'train', provenance: provenance('rehearsal', 'opposed', 'balanced') });
  }
  expect(checkLibrary([], placePersonaPairs(['shipped', out]))).toEqual([]);
});

describe('generating into a file that is there already', () => {
  test('leaves its records as they are, asks for the rest, and stops when it holds enough', async () => {
    const out = newFile();
    const upTo = (count: string) =>
      generate('personas', '--model', 'rehearsal', '--out', out, '--json', '--count', count);
    await upTo('3');
    const before = textOf(out);
    // An editor took the last line break away.
    writeFileSync(out, before.trimEnd());
    // It does not ask again what it asked before, to have it rejected as known.
    const rejected = expect.not.objectContaining({ tension: expect.anything() });
    expect(JSON.parse((await upTo('5')).stdout)).toMatchObject({ records: 5, accepted: 2, rejected });
    const after = textOf(out);
    expect(after.startsWith(before)).toBe(true);
    expect(checkLibrary([], placePersonaPairs(['shipped', out]))).toEqual([]);
    const enough = await upTo('5');
    expect(JSON.parse(enough.stdout)).toMatchObject({ records: 5, accepted: 0, attempts: 0 });
    expect(enough.stderr).toMatch(/holds 5 records already/);
    expect(textOf(out)).toBe(after);
  });

  test('refuses one that is broken, and leaves it as it is', async () => {
    const torn = `${jsonLines([{ id: 'a-b', tier: 'everyday', domain: 'x', text: 'hm' }])}{"id": "c`;
    const out = newFile();
    writeFileSync(out, torn);
    const { error } = await generate('dilemmas', '--model', 'rehearsal', '--out', out);
    expect(error).toMatchObject({ code: 'input', message: `${out}:2: not valid JSON` });
    expect(textOf(out)).toBe(torn);
  });
});

test('generating stops at its token budget with all that it has, exit code 3, and says how to go on', async () => {
  const cwd = emptyFolder();
  const args = ['generate', 'personas', '--model', 'rehearsal', '--count', '90', '--max-tokens', '60000'];
  const { code, stderr } = await entente([...args, '--out', 'new.jsonl'], { cwd });
  const { length } = recordsOf(join(cwd, 'new.jsonl'));
  expect(stderr).toMatch(/^entente: the token budget of 60000 is reached \(\d+ used\); new\.jsonl holds /m);
  expect(stderr).toContain(`new.jsonl holds ${length} of 90 records, and the same command goes on.`);
  expect(code).toBe(3);
});

test('generating stops at Ctrl-C after what is in flight, with every record whole, exit code 130', async () => {
  const cwd = emptyFolder();
  const args = ['generate', 'personas', '--count', '300', ...served(), '--out', 'new.jsonl'];
  const child = startEntente(args, { cwd });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (said === '') child.kill('SIGINT');
    said += chunk.toString();
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
  const { length } = recordsOf(join(cwd, 'new.jsonl'));
  expect(said).toContain(`entente: stopped; new.jsonl holds ${length} of 300 records`);
  expect(length).toBeGreaterThan(0);
});
