/** Starts what a benchmark needs, each in a process of its own: the fixed server, and clients that say what they took. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const preload = at('./measure-process.js');
const cli = at('../../dist/cli/main.js');

/**
 * What a process took, from its start to its end; `lag…` and `heap…` are null where they were not asked for.
 * @typedef {{ cpuMs: number, systemMs: number, wallMs: number, peakMb: number, lagP99Ms: number | null, lagMaxMs: number | null, heapMb: number | null, stdout: string }} Measured
 */

/** @template T @param {(folder: string) => Promise<T>} work */
export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'entente-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @template T
 * @param {import('./fixed-server.js').ServerOptions} options
 * @param {(url: string) => Promise<T>} work
 * @returns {Promise<T & { served: { calls: number, spanMs: number } }>} with what the server counted
 */
export async function withServer(options, work) {
  const server = spawn(process.execPath, [at('./fixed-server.js'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = linesOf(server.stdout);
  try {
    const result = await work(String((await lines.next()).value));
    server.stdin.end();
    return { ...result, served: JSON.parse(String((await lines.next()).value)) };
  } finally {
    server.stdin.end();
  }
}

/** @param {import('node:stream').Readable} stream */
async function* linesOf(stream) {
  let held = '';
  for await (const chunk of stream) {
    held += chunk;
    const lines = held.split('\n');
    held = lines.pop() ?? '';
    yield* lines;
  }
}

/**
 * Runs node to its end and measures it. Throws where it fails.
 * @param {string[]} args
 * @param {Record<string, string>} [env] BENCH_LAG, BENCH_HEAP_AFTER: see measure-process.js
 * @returns {Promise<Measured>}
 */
export function measured(args, env = {}) {
  return inFolder(async (folder) => {
    const file = join(folder, 'measured.json');
    const { stdout } = await ended(process.execPath, ['--import', preload, ...args], { ...env, BENCH_MEASURE: file });
    return { ...JSON.parse(readFileSync(file, 'utf8')), stdout };
  });
}

/** @param {string[]} args @param {Record<string, string>} [env] */
export function entente(args, env = {}) {
  const flags = env['BENCH_HEAP_AFTER'] === undefined ? [] : ['--expose-gc'];
  return measured([...flags, cli, ...args], env);
}

/**
 * @param {string} command @param {string[]} args @param {Record<string, string>} [env]
 * @returns {Promise<{ stdout: string, stderr: string }>}
 */
export function ended(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ stdout, stderr });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}\n${stderr.slice(-2000)}`));
    });
  });
}

/**
 * `entente run` of so many episodes, which all deadlock.
 * @param {string} url @param {string} folder
 * @param {{ episodes: number, rounds: number, inFlight: number, mode: 'train' | 'eval' }} size
 * @param {Record<string, string>} [env]
 */
export function playEpisodes(url, folder, { episodes, rounds, inFlight, mode }, env = {}) {
  const db = join(folder, `${episodes}-${inFlight}.db`);
  const groupSize = Math.min(8, episodes);
  const size = ['--groups', `${episodes / groupSize}`, '--group-size', `${groupSize}`, '--max-rounds', `${rounds}`];
  const how = ['--mode', mode, '--concurrency', `${inFlight}`, '--db', db];
  return entente(['run', '--policy', `fixed@${url}`, ...size, ...how], env);
}
