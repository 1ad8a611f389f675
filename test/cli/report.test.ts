import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addReport } from '../../src/cli/report.js';
import { addResume } from '../../src/cli/resume.js';
import { addRun } from '../../src/cli/run.js';
import { runCommand } from '../support/command.js';

let folder: string;
let db: string;
const report = (...args: string[]) => runCommand(addReport, ['report', ...args, '--db', db]);
const run = (...args: string[]) => runCommand(addRun, ['run', ...args, '--group-size', '2', '--db', db]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'entente-test-'));
  db = join(folder, 'runs.db');
  await run('--name', 'talk', '--mode', 'eval', '--groups', '8', '--step', '0');
  await run('--name', 'alone', '--mode', 'eval', '--groups', '8', '--protocol', 'solo');
  await run('--name', 'later', '--mode', 'eval', '--groups', '8', '--step', '50', '--seed', '2');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('report', () => {
  test('on several runs compares them, within 80 columns', async () => {
    const { stdout, error } = await report('talk', 'alone', 'later', '--by', 'domain');
    expect(error).toBeNull();
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
    for (const part of [
      /talk against alone \(solo\) · 8 scenarios/,
      /training dynamics/,
      /round +not agreed yet/,
      /domain +episodes/,
    ])
      expect(stdout).toMatch(part);
    expect(stdout).toMatch(/ 50 +later/);
  });

  test('--dynamics takes all runs with a step, and refuses those without', async () => {
    const { stdout } = await report('--dynamics', '--json');
    expect(JSON.parse(stdout).dynamics.map(({ step }: { step: number }) => step)).toEqual([0, 50]);
    expect((await report('--dynamics', 'talk', 'alone')).error).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/alone has no training step.*--step N/),
    });
    expect((await report('--dynamics', 'talk')).error?.message).toMatch(/two different steps/);
  });

  test('--html writes the page and says so on stderr; --markdown and --json print one document', async () => {
    const path = join(folder, 'page.html');
    const { stdout, stderr } = await report('talk', '--html', path, '--json');
    expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/);
    expect(stderr).toBe(`wrote ${path}\n`);
    expect(JSON.parse(stdout).runs).toHaveLength(1);
    expect((await report('talk', '--markdown')).stdout).toMatch(/^# Report on talk\n/);
  });

  test('says where a page cannot be written, and leaves nothing there', async () => {
    const path = join(folder, 'no', 'page.html');
    expect((await report('talk', '--html', path)).error).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(path),
    });
    expect(existsSync(path)).toBe(false);
  });

  test('names a run once, however often it is given', async () => {
    expect(JSON.parse((await report('talk', 'tal', '--json')).stdout).runs).toHaveLength(1);
  });
});

describe('run --until-width', () => {
  const width = ['--until-width', '0.7', '--name', 'narrow', '--mode', 'eval', '--groups', '30', '--concurrency', '2'];

  test('stops once the interval is narrower, and report, resume and its own summary say so', async () => {
    const ran = await run(...width);
    expect(ran).toMatchObject({ error: null, exit: 0 });
    expect(ran.stdout).toMatch(/run narrow finished in .* \d+ of 60 episodes/);
    const found = JSON.parse((await report('narrow', '--json')).stdout).runs[0];
    expect(found).toMatchObject({ status: 'done', until_width: { width: 0.7 } });
    expect(found.until_width.interval.high - found.until_width.interval.low).toBeLessThan(0.7);
    expect(found.overall.unfinished).toBeGreaterThan(0);
    for (const { stdout } of [ran, await report('narrow')])
      expect(stdout.replace(/\s+/g, ' ')).toMatch(
        /narrower than 0.7 after \d+ scenarios.* \d+ episodes of the plan were not needed/,
      );
    const resumed = await runCommand(addResume, ['resume', 'narrow', '--db', db]);
    expect(resumed.stderr).toMatch(/finished already.*\d+ episodes of its plan were not needed/);
  });

  test('is refused in training, naming the flag', async () => {
    const { error } = await run('--until-width', '0.1', '--name', 'no');
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(/^--until-width: .*--mode eval/) });
  });
});
