import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addRun } from '../../src/cli/run.js';
import { emptyFolder, entente } from '../support/cli.js';
import { runCommand } from '../support/command.js';

/** What a user gets to see: one line, an exit code, and nothing half written. */
async function complaint(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await entente(args, { cwd, env });
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  return { code, line: stderr.trimEnd() };
}

/** The error of `run` in this process, as the command line would print it: reading a file needs no process of its own. */
async function complaintOfRun(cwd: string, args: readonly string[]) {
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const { error, stdout } = await runCommand(addRun, ['run', ...args]);
    expect(stdout).toBe('');
    return error ?? expect.fail('it ran');
  } finally {
    process.chdir(before);
  }
}

function fileIn(cwd: string, name: string, text: string): string {
  writeFileSync(join(cwd, name), text);
  return name;
}

describe('bad input ends in one clear line and exit code 2', () => {
  const dilemma = (id: string) => `  - {id: ${id}, text: "What now?"}\n`;
  const files: [string, string, RegExp][] = [
    ['an unknown key, with its line', 'groups: 4\ngroup_sise: 3\n', /^f\.yaml:2: group_sise: /],
    ['an unknown key of a role', 'policy:\n  model: rehearsal\n  temprature: 1\n', /^f\.yaml:3: policy\.temprature: /],
    ['malformed YAML', 'groups: [1\n', /^f\.yaml:2: /],
    ['YAML that is no mapping', '- 1\n', /^f\.yaml:1: /],
    ['a value out of range', 'seed: 1\nmax_rounds: 0\n', /^f\.yaml:2: max_rounds: /],
    [
      'a key where a variable name belongs',
      'policy: {model: m, api_key_env: sk-123}\n',
      /^f\.yaml:1: policy\.api_key_env: /,
    ],
    [
      'an alias bomb',
      'a: &a [x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n',
      /aliases/,
    ],
    ['an oversized file', `name: ${'a'.repeat(1_100_000)}\n`, /^f\.yaml: .*limit/],
  ];
  test.each(files)('%s', async (_what, text, expected) => {
    const cwd = emptyFolder();
    const { code, message } = await complaintOfRun(cwd, [fileIn(cwd, 'f.yaml', text)]);
    expect(message).toMatch(expected);
    expect(code).toMatch(/^(input|usage)$/);
  });

  const dataFiles: [string, string, RegExp][] = [
    ['an unknown tier', `tier: profesional\ndomain: x\ndilemmas:\n${dilemma('a-b')}`, /d\.yaml:1: tier: /],
    [
      'a duplicate id, with both places',
      `tier: everyday\ndomain: x\ndilemmas:\n${dilemma('a-b')}${dilemma('a-b')}`,
      /d\.yaml:5: .*d\.yaml:4/,
    ],
    [
      'an unknown key of a dilemma',
      'tier: everyday\ndomain: x\ndilemmas:\n  - id: a-b\n    txt: hm\n',
      /d\.yaml:5: txt: /,
    ],
  ];
  test.each(dataFiles)('%s in a data file', async (_what, text, expected) => {
    const cwd = emptyFolder();
    const { code, message } = await complaintOfRun(cwd, ['--dilemmas', fileIn(cwd, 'd.yaml', text)]);
    expect(message).toMatch(expected);
    expect(code).toBe('input');
  });

  test('a file that is wrong ends the process so', async () => {
    const cwd = emptyFolder();
    const { code, line } = await complaint(cwd, ['run', fileIn(cwd, 'f.yaml', 'groups: 4\ngroup_sise: 3\n')]);
    expect(line).toMatch(/^entente: f\.yaml:2: group_sise: /);
    expect(code).toBe(2);
  });

  const flags: [string, string[], RegExp][] = [
    ['an unknown option', ['run', '--frob'], /--frob.*entente run --help/],
    ['an unknown command, with the nearest', ['repot'], /repot.*report/],
    ['a flag that is no number', ['run', '--groups', 'many'], /--groups/],
    ['a mode that does not exist', ['run', '--mode', 'both'], /--mode.*train.*eval/],
    ['a spec without a model', ['run', '--policy', 'http://127.0.0.1:1/v1'], /MODEL@BASE_URL/],
    ['a key in a URL', ['run', '--policy', 'm@http://u:p@127.0.0.1:1/v1'], /keys do not go into a URL/],
    ['more groups than there are scenarios', ['run', '--groups', '999999'], /scenarios/],
    ['a file that is not there', ['run', 'nowhere.yaml'], /nowhere\.yaml: no such file/],
    ['a budget in dollars without prices', ['run', '--policy', 'm@http://127.0.0.1:1', '--max-usd', '1'], /price/],
    ['an export without a file', ['export', 'x'], /--out/],
  ];
  test.each(flags)('%s', async (_what, args, expected) => {
    const { code, line } = await complaint(emptyFolder(), args);
    expect(line).toMatch(expected);
    expect(code).toBe(2);
  });
});

describe('an endpoint that cannot be used fails the run before its first episode', () => {
  async function answering(status: number, body: object): Promise<string> {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(request.url === '/v1/models' && status === 404 ? 200 : status, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify(request.url === '/v1/models' && status === 404 ? { data: [{ id: 'qwen3' }] } : body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const nothingPlayed = async (cwd: string) => {
    const { stdout } = await entente(['runs', '--json'], { cwd });
    expect(JSON.parse(stdout)).toEqual([]);
  };

  test('nobody listens', async () => {
    const cwd = emptyFolder();
    const { code, line } = await complaint(cwd, ['run', '--policy', 'm@http://127.0.0.1:9/v1']);
    expect(line).toMatch(/http:\/\/127\.0\.0\.1:9\/v1.*connection refused/);
    expect(code).toBe(2);
    await nothingPlayed(cwd);
  });

  test('the key is wrong, and is not repeated', async () => {
    const cwd = emptyFolder();
    const url = await answering(401, { error: { message: 'bad key' } });
    const { code, line } = await complaint(cwd, ['run', '--policy', `m@${url}`], { OPENAI_API_KEY: 'sk-canary' });
    expect(line).toMatch(/key was refused/);
    expect(line).not.toContain('canary');
    expect(code).toBe(2);
    await nothingPlayed(cwd);
  });

  test('the model is missing; those served are named', async () => {
    const cwd = emptyFolder();
    const url = await answering(404, { error: { message: 'no such model' } });
    const { code, line } = await complaint(cwd, ['run', '--policy', `qwen4@${url}`]);
    expect(line).toMatch(/qwen4.*serves qwen3/);
    expect(code).toBe(2);
    await nothingPlayed(cwd);
  });
});

describe('a database that cannot be used ends in exit code 4 and stays as it is', () => {
  test('garbage', async () => {
    const cwd = emptyFolder();
    const path = fileIn(cwd, 'g.db', 'not a database at all, but long enough to be read as one'.repeat(10));
    const { code, line } = await complaint(cwd, ['run', '--db', path]);
    expect(line).toMatch(/g\.db: .*damaged/);
    expect(code).toBe(4);
    expect(readFileSync(join(cwd, path), 'utf8')).toMatch(/^not a database/);
  });

  test('a folder below a file', async () => {
    const cwd = emptyFolder();
    fileIn(cwd, 'plain', 'x');
    const { code, line } = await complaint(cwd, ['run', '--db', 'plain/x.db']);
    expect(line).toMatch(/plain\/x\.db/);
    expect(code).toBe(4);
  });

  test('none there yet, for a command that reads', async () => {
    const { code, line } = await complaint(emptyFolder(), ['report']);
    expect(line).toMatch(/no such database.*entente run/);
    expect(code).toBe(4);
  });
});
