import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRehearsalModel } from '../../src/chat/index.js';
import { resolveConfig, seededRandom } from '../../src/domain/index.js';
import { defaultExportOptions, exportRun, formatNames } from '../../src/export/index.js';
import { createRun, playRun, scenariosFor, tableFor } from '../../src/run/index.js';
import { openStore, type RunRecord, type Store } from '../../src/store/index.js';

/**
 * What a seeded rehearsal plays and exports, to the byte. Its scenarios are its own, so that the data that ships may
 * change. After a change that is meant, `npx vitest run test/golden -u` rewrites the files.
 */
const data = (name: string) => fileURLToPath(new URL(`data/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'entente-golden-'));
const noon = () => new Date('2030-01-01T12:00:00.000Z');
let store: Store;
let run: RunRecord;

beforeAll(async () => {
  const { name, config } = resolveConfig({
    seed: 3,
    groups: 2,
    group_size: 3,
    max_rounds: 3,
    concurrency: 4,
    dilemmas: [data('dilemmas.yaml')],
    personas: [data('personas')],
  });
  store = openStore(join(folder, 'golden.db'), { mode: 'write', now: noon });
  run = createRun(store, config, name, scenariosFor(config), { random: seededRandom(1), now: noon });
  const model = createRehearsalModel();
  await playRun({
    store,
    run,
    table: tableFor(config, { policy: model, opponent: model, judge: model, scorer: model }),
  });
});

afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As one would read it: every word that was said, every verdict, every grade. */
function dialogues(): string {
  const lines = [`# ${run.name} (${run.runId})`];
  for (const episode of store.groupIds(run.runId).flatMap((group) => store.episodesOfGroup(group))) {
    const { episode_id, dilemma_id, pair_id, outcome, rounds, ca_score, reward, completion } = episode;
    lines.push('', `## ${episode_id}: ${dilemma_id} × ${pair_id}`, '');
    for (const { round, seat, content } of store.turns(episode_id)) lines.push(`${round} ${seat}: ${content}`);
    for (const { kind, round, value, raw } of store.verdicts(episode_id))
      lines.push(`${round} ${kind} ${value}: ${raw}`);
    lines.push(`completion: ${completion}`, `${outcome} after ${rounds} rounds, score ${ca_score}, reward ${reward}`);
  }
  return `${lines.join('\n')}\n`;
}

test('the dialogues, verdicts and grades of a seeded run stay the same to the byte', async () => {
  await expect(dialogues()).toMatchFileSnapshot('data/dialogues.txt');
});

/** Low enough for the small groups of this run to give pairs. */
const options = { ...defaultExportOptions, margin: 0.25 };
const request = { options, secrets: [], now: noon, version: '0' };

test.each(formatNames)('the %s of a seeded run stay the same to the byte', async (format) => {
  const out = join(folder, `${format}.jsonl`);
  await exportRun(store, run, { ...request, format, out });
  const text = readFileSync(out, 'utf8');
  expect(text).not.toBe('');
  await expect(text).toMatchFileSnapshot(`data/${format}.jsonl`);
});

test('the manifest of a seeded run stays the same to the byte', async () => {
  const out = join(folder, 'rows.jsonl');
  await exportRun(store, run, { ...request, format: 'rows', out });
  const text = readFileSync(`${out}.manifest.json`, 'utf8').replaceAll(folder, '.').replaceAll(data(''), '');
  await expect(text).toMatchFileSnapshot('data/rows.manifest.txt');
});

test('the same rows come back from Parquet, every field of them', async () => {
  const [jsonl, parquet] = [join(folder, 'rows.jsonl'), join(folder, 'rows.parquet')];
  await exportRun(store, run, { ...request, format: 'rows', out: jsonl });
  await exportRun(store, run, { ...request, format: 'rows', out: parquet });
  const lines = readFileSync(jsonl, 'utf8').trimEnd().split('\n');
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(parquet) });
  const read = rows.map((row) => ({ ...row, reward_components: JSON.parse(String(row['reward_components'])) }));
  expect(read).toEqual(lines.map((line) => JSON.parse(line)));
  expect(read.map((row) => Object.keys(row))).toEqual(lines.map((line) => Object.keys(JSON.parse(line))));
});
