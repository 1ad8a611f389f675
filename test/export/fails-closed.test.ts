import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { exportRun, formatNames, type Waiver } from '../../src/export/index.js';
import { failureOf } from '../support/chat.js';
import { emptyFolder, entente } from '../support/cli.js';
import { type ExportParts, exportedAs, requestOf, type SpokenEpisode, storeSpoken } from '../support/exports.js';
import { traceOf } from '../support/stored-runs.js';

const good = traceOf([1, 2], [3, 4], [-1, -2]);
const whole: SpokenEpisode = { ending: { reward: 1 }, turns: [good] };
const secret = 'sk-0123456789abcdef';

/** One group of a good episode and this one, which is `stored-id-2`. */
function storedWith(...episodes: SpokenEpisode[]) {
  const folder = emptyFolder();
  return { folder, ...storeSpoken(folder, [[whole, ...episodes]]) };
}

const violations: { what: string; episode: SpokenEpisode; rule: Waiver }[] = [
  { what: 'a pending episode', episode: { ending: null, turns: [] }, rule: 'incomplete-groups' },
  {
    what: 'a policy that changed within an episode',
    episode: {
      ending: { reward: 1 },
      turns: [{ tokens: good, model: 'step-1' }, null, { tokens: good, model: 'step-2' }],
    },
    rule: 'mixed-policy',
  },
  {
    what: 'a policy that changed between two episodes',
    episode: { ending: { reward: 1 }, turns: [{ tokens: good, model: 'step-2' }] },
    rule: 'mixed-policy',
  },
  {
    what: 'ids made from text',
    episode: { ending: { reward: 1 }, turns: [{ ...good, source: 'retokenized' }] },
    rule: 'retokenized',
  },
];

describe('an export with a broken rule', () => {
  test.each(violations)('($what) names the episode and leaves neither file nor manifest', async ({ episode, rule }) => {
    const { folder, store, run } = storedWith(episode);
    const failure = await failureOf(exportRun(store, run, requestOf(join(folder, 'rows.jsonl'))));
    expect(failure.code).toBe('uncertified');
    expect(failure.message).toMatch(/stored-id-2\b/);
    expect(failure.message).toContain(`Rule ${rule}: `);
    expect(failure.message).toContain(`--allow ${rule}`);
    expect(readdirSync(folder).filter((name) => name.startsWith('rows'))).toEqual([]);
    store.close();
  });

  test.each(violations)('($what) is written where it was allowed, and the manifest says so', async (violation) => {
    const { folder, store, run } = storedWith(violation.episode);
    const { manifest, records } = await exportedAs({ path: '', store, run }, join(folder, 'rows.jsonl'), {
      options: { allow: [violation.rule] },
    });
    const broken = manifest.certificate.filter(({ held }) => !held);
    expect(broken).toEqual([
      { rule: violation.rule, says: expect.any(String), held: false, allowed: expect.any(Number) },
    ]);
    expect(broken[0]?.allowed).toBeGreaterThan(0);
    expect(manifest.options['allow']).toEqual([violation.rule]);
    expect(records.length).toBeGreaterThan(0);
    store.close();
  });

  test('is left out where log-probabilities are missing, and written with null where that was allowed', async () => {
    const { folder, store, run } = storedWith({ ending: { reward: 3 }, turns: [traceOf([1, 2], [3, 4], null)] });
    const stored = { path: '', store, run };
    const strict = await exportedAs(stored, join(folder, 'strict.jsonl'));
    expect(strict.manifest.counts).toMatchObject({ records: 1, left_out: { 'no log-probabilities': 1 } });
    const loose = await exportedAs(stored, join(folder, 'loose.jsonl'), { options: { allow: ['no-logprobs'] } });
    expect(loose.records.map(({ old_logprobs }) => old_logprobs)).toEqual([[0, 0, -1, -2], null]);
    expect(loose.manifest.certificate.find(({ rule }) => rule === 'no-logprobs')).toMatchObject({ allowed: 1 });
    expect(loose.manifest.counts.left_out).toEqual({});
    store.close();
  });

  test('ends the command with 1 and one line that names the episode', async () => {
    const { folder, store } = storedWith({ ending: null, turns: [] });
    store.close();
    const args = ['export', 'stored', '--db', 'runs.db', '--out', 'rows.jsonl'];
    const { code, stderr } = await entente(args, { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^entente: stored-id-2 is pending.*Nothing was written\.\n$/);
    expect(readdirSync(folder).filter((name) => name.startsWith('rows'))).toEqual([]);
    const allowed = await entente([...args, '--allow', 'incomplete-groups'], { cwd: folder });
    expect([allowed.code, allowed.stderr]).toEqual([0, expect.stringContaining('incomplete-groups 1')]);
  });
});

describe('a key of the environment', () => {
  const withKey = (parts: ExportParts = {}): ExportParts => ({ secrets: [secret], ...parts });

  test.each(formatNames)('in the text of a dilemma never reaches a file of the format %s', async (format) => {
    const { folder, path, store, run } = storedWith({ ending: { reward: 4 }, turns: [good] });
    const database = new Database(path);
    database.prepare(`UPDATE scenarios SET dilemma_json = replace(dilemma_json, 'case 0', ?)`).run(secret);
    database.close();
    const failure = await failureOf(exportRun(store, run, requestOf(join(folder, 'rows.jsonl'), withKey({ format }))));
    expect(failure.code).toBe('uncertified');
    expect(failure.message).toMatch(/^stored-id-g1: its scenario dilemma-0 × pair-0 holds a key .* Rule no-keys/);
    expect(failure.message).not.toContain(secret);
    expect(readdirSync(folder).filter((name) => name.startsWith('rows'))).toEqual([]);
    store.close();
  });

  test.each(['rows', 'trl', 'sft', 'dpo', 'kto', 'chat'] as const)(
    'in what was said never reaches a file of the format %s, whoever said it',
    async (format) => {
      const { folder, store, run } = storedWith({
        ending: { reward: 4 },
        turns: [good, { tokens: null, content: `the key is ${secret}!` }],
      });
      const failure = await failureOf(
        exportRun(store, run, requestOf(join(folder, 'rows.jsonl'), withKey({ format }))),
      );
      expect(failure.message).toMatch(/^stored-id-2: turn 1 holds a key/);
      expect(readdirSync(folder).filter((name) => name.startsWith('rows'))).toEqual([]);
      store.close();
    },
  );

  test('is found by the command, which knows the keys of the run', async () => {
    const { folder, store } = storedWith({ ending: { reward: 4 }, turns: [{ tokens: good, content: secret }] });
    store.close();
    const args = ['export', 'stored', '--db', 'runs.db', '--out', 'rows.jsonl'];
    const { code, stderr } = await entente(args, { cwd: folder, env: { OPENAI_API_KEY: secret } });
    expect([code, stderr]).toEqual([1, expect.stringContaining('stored-id-2: turn 0 holds a key')]);
    expect(stderr).not.toContain(secret);
    expect(readdirSync(folder).filter((name) => name.startsWith('rows'))).toEqual([]);
  });
});

test('a file whose manifest cannot be written does not stay', async () => {
  const { folder, store, run } = storedWith();
  const out = join(folder, 'rows.jsonl');
  mkdirSync(`${out}.manifest.json`);
  const failure = await failureOf(exportRun(store, run, requestOf(out)));
  expect([failure.code, failure.message]).toEqual(['storage', `${out}.manifest.json: cannot be written (EISDIR).`]);
  expect(readdirSync(folder).filter((name) => name.startsWith('rows.jsonl'))).toEqual(['rows.jsonl.manifest.json']);
  store.close();
});

test('a split whose second half cannot be written leaves nothing of the first', async () => {
  const folder = emptyFolder();
  const { store, run } = storeSpoken(
    folder,
    Array.from({ length: 12 }, () => [whole]),
  );
  const out = join(folder, 'rows.jsonl');
  mkdirSync(join(folder, 'rows.test.jsonl'));
  const failure = await failureOf(exportRun(store, run, requestOf(out, { options: { testShare: 0.5 } })));
  expect(failure.code).toBe('storage');
  expect(readdirSync(folder).filter((name) => name.startsWith('rows'))).toEqual(['rows.test.jsonl']);
  store.close();
});

test('an ending that is not ours is refused before anything is read, and so is Parquet for other formats', async () => {
  const { folder, store, run } = storedWith();
  const refuse = (name: string, format: 'rows' | 'trl') =>
    failureOf(exportRun(store, run, requestOf(join(folder, name), { format })));
  for (const name of ['rows.json', 'rows', 'rows.jsonl.xz', 'rows.csv'])
    expect(await refuse(name, 'rows')).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('must end in'),
    });
  expect(await refuse('trl.parquet', 'trl')).toMatchObject({
    code: 'usage',
    message: expect.stringContaining('.jsonl'),
  });
  expect(readFileSync(join(folder, 'runs.db')).length).toBeGreaterThan(0);
  expect(readdirSync(folder).filter((name) => !name.startsWith('runs.db'))).toEqual([]);
  store.close();
});
