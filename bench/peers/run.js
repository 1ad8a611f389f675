/**
 * `npm run bench:peers [-- --items N]`: the same questions, replies and calls in flight through entente, promptfoo and
 * Inspect AI. First how fast and at what cost, then what a SIGKILL at a third of the way and the tool's own resume leave
 * behind. Installs both peers into this folder when they are not there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { inFolder, withServer } from '../support/processes.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const { values } = parseArgs({ options: { items: { type: 'string', default: '2000' } } });
const items = Number(values.items);
const inFlight = 64;
const latencyMs = 20;

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} version
 * @property {(url: string, folder: string) => Command} start
 * @property {(url: string, folder: string) => Command} resume
 * @property {(folder: string) => string[]} rows the keys of the finished rows that its store holds, with repeats
 * @typedef {{ command: string, args: string[], env?: Record<string, string>, mayFail?: boolean }} Command
 */

const inspect = join(here, 'venv/bin/inspect');
const promptfoo = join(here, 'node_modules/.bin/promptfoo');

/** @type {Peer} */
const ententePeer = {
  name: 'entente',
  version: JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
  start: (url, folder) =>
    entente([
      'run',
      '--policy',
      `fixed@${url}`,
      '--protocol',
      'solo',
      '--groups',
      `${items}`,
      '--group-size',
      '1',
      '--dilemmas',
      join(folder, 'dilemmas.jsonl'),
      '--concurrency',
      `${inFlight}`,
      '--name',
      'peers',
      '--db',
      join(folder, 'e.db'),
    ]),
  resume: (_url, folder) => entente(['resume', 'peers', '--db', join(folder, 'e.db')]),
  rows: (folder) => {
    const database = new Database(join(folder, 'e.db'), { readonly: true });
    const rows = database.prepare("SELECT dilemma_id FROM v_episodes WHERE status = 'done'").pluck().all();
    database.close();
    return rows.map((id) => `q${String(id).replace(/\D/g, '')}`);
  },
};

/** @type {Peer} */
const promptfooPeer = {
  name: 'promptfoo',
  version: '0.121.20',
  start: (url, folder) => {
    writeFileSync(join(folder, 'config.json'), JSON.stringify(promptfooConfig(url, folder)));
    return withPromptfoo(folder, ['eval', '-c', join(folder, 'config.json')]);
  },
  resume: (_url, folder) => withPromptfoo(folder, ['eval', '--resume']),
  rows: (folder) => {
    const database = new Database(join(folder, 'promptfoo/promptfoo.db'), { readonly: true });
    const rows = database.prepare('SELECT test_case FROM eval_results WHERE response IS NOT NULL').pluck().all();
    database.close();
    return rows.map((row) => JSON.parse(String(row)).vars.question.split(' ')[0]);
  },
};

/** @type {Peer} */
const inspectPeer = {
  name: 'inspect-ai',
  version: '0.3.285',
  start: (url, folder) => withInspect(url, folder, ['eval', 'inspect_task.py', '--model', 'openai-api/fixed/fixed']),
  resume: (url, folder) =>
    withInspect(url, folder, ['eval-retry', join(folder, 'logs', readdirSync(join(folder, 'logs')).sort()[0] ?? '')]),
  rows: (folder) => {
    const last = readdirSync(join(folder, 'logs')).sort().at(-1) ?? '';
    const code = `from inspect_ai.log import read_eval_log as r\nfor s in r(${JSON.stringify(join(folder, 'logs', last))}).samples: print(s.id)`;
    return spawnSync(join(here, 'venv/bin/python'), ['-c', code], { encoding: 'utf8' }).stdout.trim().split('\n');
  },
};

/** @param {string[]} args @returns {Command} */
function entente(args) {
  return {
    command: process.execPath,
    args: [fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)), ...args],
  };
}

/** @param {string} folder @param {string[]} args @returns {Command} */
function withPromptfoo(folder, args) {
  const env = {
    PROMPTFOO_CONFIG_DIR: join(folder, 'promptfoo'),
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    PROMPTFOO_CACHE_ENABLED: 'false',
    OPENAI_API_KEY: 'none',
  };
  const how = ['--no-cache', '--no-table', '--no-progress-bar', '--max-concurrency', `${inFlight}`];
  // It ends with 100 where an assertion failed.
  return { command: promptfoo, args: [...args, ...how], env, mayFail: true };
}

/** @param {string} url @param {string} folder */
function promptfooConfig(url, folder) {
  return {
    prompts: ['{{question}}'],
    providers: [{ id: 'openai:chat:fixed', config: { apiBaseUrl: url, apiKey: 'none', max_tokens: 256 } }],
    tests: texts(folder).map((question) => ({ vars: { question }, assert: [{ type: 'contains', value: 'night' }] })),
  };
}

/** @param {string} url @param {string} folder @param {string[]} args @returns {Command} */
function withInspect(url, folder, args) {
  const env = {
    FIXED_BASE_URL: url,
    FIXED_API_KEY: 'none',
    BENCH_TEXTS: join(folder, 'texts'),
    INSPECT_LOG_DIR: join(folder, 'logs'),
  };
  const how = [
    '--max-connections',
    `${inFlight}`,
    '--max-samples',
    `${inFlight}`,
    '--display',
    'none',
    '--no-log-realtime',
  ];
  return {
    command: inspect,
    args: [...args, '--log-dir', join(folder, 'logs'), ...how],
    env: { ...env, HOME: folder },
  };
}

/** @param {string} folder */
function texts(folder) {
  return readFileSync(join(folder, 'texts'), 'utf8').trimEnd().split('\n');
}

/** @param {string} folder */
function writeItems(folder) {
  const ask =
    'The ward needs somebody at night and nobody can be paid more for it. What should the two of them agree on?';
  const lines = Array.from({ length: items }, (_, number) => `q${number} ${ask}`);
  writeFileSync(join(folder, 'texts'), `${lines.join('\n')}\n`);
  const dilemmas = lines.map((text, number) =>
    JSON.stringify({ id: `q-${number}`, tier: 'everyday', domain: 'work', text }),
  );
  writeFileSync(join(folder, 'dilemmas.jsonl'), `${dilemmas.join('\n')}\n`);
  mkdirSync(join(folder, 'logs'));
  copyFileSync(join(here, 'inspect_task.py'), join(folder, 'inspect_task.py'));
}

/** Wall and CPU seconds and peak memory of a command with all its children, by GNU time. @param {Command} what @param {string} folder */
async function timed({ command, args, env, mayFail }, folder) {
  const file = join(folder, 'time');
  const child = spawn('/usr/bin/time', ['-o', file, '-f', '%e %U %S %M', command, ...args], {
    env: { ...process.env, ...env },
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [code, said] = await exitOf(child);
  if (code !== 0 && !mayFail) throw new Error(`${command} ended with ${code}\n${said}`);
  const [wall = 0, user = 0, system = 0, kilobytes = 0] = (readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  return { wall, cpu: user + system, peakMb: kilobytes / 1024 };
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<[number | null, string]>} */
function exitOf(child) {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-1500);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve([code, said])));
}

/** @param {Peer} peer */
function speed(peer) {
  return inFolder(async (folder) => {
    writeItems(folder);
    const { served, ...taken } = await withServer({ latencyMs, replies: 'plain' }, (url) =>
      timed(peer.start(url, folder), folder),
    );
    const rows = new Set(peer.rows(folder)).size;
    return { ...taken, calls: served.calls, perSecond: served.calls / (served.spanMs / 1000), rows };
  });
}

/** @param {Peer} peer */
function killAndResume(peer) {
  return inFolder(async (folder) => {
    writeItems(folder);
    const record = join(folder, 'calls');
    writeFileSync(record, '');
    await withServer({ latencyMs, replies: 'plain', record }, async (url) => {
      const { command, args, env } = peer.start(url, folder);
      const child = spawn(command, args, { env: { ...process.env, ...env }, cwd: folder, stdio: 'ignore' });
      while (asked(record).length < items / 3 && child.exitCode === null) await delay(20);
      child.kill('SIGKILL');
      await exitOf(child);
      return timed(peer.resume(url, folder), folder);
    });
    const rows = peer.rows(folder);
    const calls = asked(record);
    return {
      lost: items - new Set(rows).size,
      repeated: rows.length - new Set(rows).size,
      again: calls.length - new Set(calls).size,
    };
  });
}

/** The questions put to the server, judges left out. @param {string} record */
function asked(record) {
  const bodies = readFileSync(record, 'utf8').trimEnd().split('\n');
  return bodies
    .filter((body) => !body.includes('"collective_agency"'))
    .flatMap((body) => /\b(q\d+) The ward/.exec(body)?.[1] ?? []);
}

function install() {
  if (!existsSync(promptfoo))
    spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' });
  if (existsSync(inspect)) return;
  spawnSync('python3', ['-m', 'venv', 'venv'], { cwd: here, stdio: 'inherit' });
  spawnSync('venv/bin/pip', ['install', '-q', '-r', 'requirements.txt'], { cwd: here, stdio: 'inherit' });
}

install();
console.log(
  '| tool | calls/s | CPU ms a call | peak MB | calls made | rows | lost after kill | repeated rows | calls made again |',
);
console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
for (const peer of [ententePeer, promptfooPeer, inspectPeer]) {
  const { calls, perSecond, cpu, peakMb, rows } = await speed(peer);
  const { lost, repeated, again } = await killAndResume(peer);
  const figures = [
    perSecond.toFixed(0),
    ((cpu * 1000) / calls).toFixed(2),
    peakMb.toFixed(0),
    calls,
    rows,
    lost,
    repeated,
    again,
  ];
  console.log(`| ${peer.name} ${peer.version} | ${figures.join(' | ')} |`);
}
