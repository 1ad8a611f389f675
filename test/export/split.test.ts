import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exportRun, type Row } from '../../src/export/index.js';
import { emptyFolder } from '../support/cli.js';
import { readRecords, requestOf, storeSpoken } from '../support/exports.js';
import { traceOf } from '../support/stored-runs.js';

const good = traceOf([1, 2], [3, 4], [-1, -2]);

/** Twenty scenarios, two episodes each; in the second run other rewards. */
function storedRun(reward = 1) {
  const folder = emptyFolder();
  const episodes = [
    { ending: { reward }, turns: [good] },
    { ending: { reward: reward + 1 }, turns: [good] },
  ];
  const stored = storeSpoken(
    folder,
    Array.from({ length: 20 }, () => episodes),
  );
  onTestFinished(() => stored.store.close());
  return { folder, ...stored };
}

const scenariosIn = (rows: readonly Pick<Row, 'dilemma_id'>[]) => new Set(rows.map(({ dilemma_id }) => dilemma_id));

describe('a test share', () => {
  test('sends every scenario to one of two files, whole groups, nothing lost', async () => {
    const { folder, store, run } = storedRun();
    const out = join(folder, 'rows.jsonl');
    const manifests = await exportRun(store, run, requestOf(out, { options: { testShare: 0.4 } }));
    const [train, held] = [readRecords(out), readRecords(join(folder, 'rows.test.jsonl'))];
    expect([train.length + held.length, train.length % 2, held.length % 2]).toEqual([40, 0, 0]);
    expect(scenariosIn(train).size + scenariosIn(held).size).toBe(20);
    expect(scenariosIn([...train, ...held]).size).toBe(20);
    expect(held.length).toBeGreaterThan(4);
    expect(train.length).toBeGreaterThan(held.length / 2);
    expect(manifests.map(({ part, counts }) => [part, counts.records])).toEqual([
      ['train', train.length],
      ['test', held.length],
    ]);
  });

  test('sends a scenario to the same side in another run, another format and under another reward', async () => {
    const [first, second] = [storedRun(), storedRun(3)];
    const options = { testShare: 0.4 };
    await exportRun(first.store, first.run, requestOf(join(first.folder, 'rows.jsonl'), { options }));
    await exportRun(
      second.store,
      second.run,
      requestOf(join(second.folder, 'p.jsonl'), { options, format: 'prompts' }),
    );
    const prompts = readRecords<{ extra_info: { dilemma_id: string; split: string } }>(
      join(second.folder, 'p.test.jsonl'),
    );
    expect(scenariosIn(prompts.map(({ extra_info }) => extra_info))).toEqual(
      scenariosIn(readRecords(join(first.folder, 'rows.test.jsonl'))),
    );
    expect(new Set(prompts.map(({ extra_info }) => extra_info.split))).toEqual(new Set(['test']));
  });

  test('only grows with the share: what was held out stays held out', async () => {
    const { folder, store, run } = storedRun();
    const heldAt = async (testShare: number) => {
      await exportRun(store, run, requestOf(join(folder, 'rows.jsonl'), { options: { testShare } }));
      return scenariosIn(readRecords(join(folder, 'rows.test.jsonl')));
    };
    const [few, many] = [await heldAt(0.2), await heldAt(0.6)];
    expect([...few].filter((id) => !many.has(id))).toEqual([]);
    expect(many.size).toBeGreaterThan(few.size);
  });

  test('puts `.test` before the ending, whatever the name', async () => {
    const { folder, store, run } = storedRun();
    for (const name of ['my.data.jsonl', 'a.jsonl.gz', 'b.parquet'])
      await exportRun(store, run, requestOf(join(folder, name), { options: { testShare: 0.4 } }));
    for (const name of ['my.data.test.jsonl', 'a.test.jsonl.gz', 'b.test.parquet'])
      expect(readdirSync(folder)).toEqual(expect.arrayContaining([name, `${name}.manifest.json`]));
  });
});

describe('the ending of a file', () => {
  test('.jsonl.gz holds the same lines, compressed', async () => {
    const { folder, store, run } = storedRun();
    await exportRun(store, run, requestOf(join(folder, 'rows.jsonl')));
    await exportRun(store, run, requestOf(join(folder, 'rows.jsonl.gz')));
    expect(readRecords(join(folder, 'rows.jsonl.gz'))).toEqual(readRecords(join(folder, 'rows.jsonl')));
  });

  test('.jsonl.zst is written where this Node can, and refused by name where it cannot', async () => {
    const { folder, store, run } = storedRun();
    const out = join(folder, 'rows.jsonl.zst');
    const zlib: object = await import('node:zlib');
    if ('createZstdCompress' in zlib) {
      const [manifest] = await exportRun(store, run, requestOf(out));
      expect([manifest?.counts.records, existsSync(out)]).toEqual([40, true]);
    } else {
      await expect(exportRun(store, run, requestOf(out))).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('no zstd; use .jsonl.gz'),
      });
      expect(existsSync(out)).toBe(false);
    }
  });

  test('.parquet is a file of no rows where nothing could be exported, with the columns all the same', async () => {
    const folder = emptyFolder();
    const { store, run } = storeSpoken(folder, [[{ ending: { reward: null }, turns: [good] }]]);
    onTestFinished(() => store.close());
    const out = join(folder, 'rows.parquet');
    const [manifest] = await exportRun(store, run, requestOf(out));
    expect(manifest?.counts).toMatchObject({ records: 0, left_out: { ungraded: 1 } });
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(out) })).toEqual([]);
  });
});
