/**
 * Peak memory of `entente export` over 200,000 episodes, by hand: `npm run build && node bench/export-memory.js [EPISODES]`.
 * Writes a run straight into a database (4 turns an episode, 300 ids a turn's prompt and 60 its reply), then exports it in a
 * child process, once per file ending, and prints what that process took at most. Target: under 400 MB.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore, resolveConfig } from '../dist/index.js';

const targetMb = 400;
const groupSize = 8;
const turnsPerEpisode = 4;
const episodes = Number(process.argv[2] ?? 200_000);

/** @param {number} length @param {number} salt */
const idsBlob = (length, salt) =>
  Buffer.from(Int32Array.from({ length }, (_, at) => (at * 31 + salt) % 151_936).buffer);

/** @param {string} path */
function writeRun(path) {
  const now = () => new Date('2030-01-01T12:00:00.000Z');
  openStore(path, { mode: 'write', now }).close();
  const { config } = resolveConfig({ groups: episodes / groupSize, group_size: groupSize });
  const database = new Database(path);
  database.pragma('synchronous = OFF');
  database.transaction(() => insertAll(database, config))();
  database.close();
}

/** @param {import('better-sqlite3').Database} database @param {unknown} config */
function insertAll(database, config) {
  const at = '2030-01-01T12:00:00.000Z';
  database
    .prepare(`INSERT INTO runs VALUES ('bench', 'bench', 'done', 0, ?, ?, ?, '0', NULL)`)
    .run(at, at, JSON.stringify(config));
  const persona = { name: 'bold', stance: 'Stay bold.' };
  const pair = JSON.stringify({ id: 'pair', tension: 'more / less', a: persona, b: persona });
  const scenario = database.prepare(`INSERT INTO scenarios VALUES (?, ?, 'pair', 'everyday', 'work', ?, ?)`);
  const group = database.prepare(`INSERT INTO groups VALUES (?, 'bench', ?, ?, 0, ${groupSize})`);
  const episode = database.prepare(
    `INSERT INTO episodes (episode, episode_id, run_id, group_id, number, sample_index, status, outcome, rounds, ca_score, reward)
     VALUES (?, ?, 'bench', ?, ?, ?, 'done', 'agreed', 2, ?, ?)`,
  );
  const call = database.prepare(
    `INSERT INTO calls (episode, turn, kind, sample, round, seat, content, finish_reason, prompt_tokens, completion_tokens,
       token_source, prompt_ids, reply_ids, logprobs, model, seed, prompt_hash, latency_ms, finished_at)
     VALUES (?, ?, 'speak', 0, ?, ?, 'What was said.', 'stop', 300, 60, 'server', ?, ?, ?, 'policy', 1, 'hash', 5, '${at}')`,
  );
  const joint = database.prepare(
    `INSERT INTO calls (episode, turn, kind, sample, round, content, finish_reason, model, seed, prompt_hash, latency_ms, finished_at)
     VALUES (?, ?, 'completion', 0, 0, ?, 'stop', 'policy', 1, 'hash', 5, '${at}')`,
  );
  const logprobs = Buffer.from(Float32Array.from({ length: 60 }, (_, index) => -index / 60).buffer);
  for (let number = 1; number <= episodes; number++) {
    const ordinal = Math.floor((number - 1) / groupSize);
    const groupId = `bench-g${ordinal + 1}`;
    if ((number - 1) % groupSize === 0) {
      const dilemma = { id: `d${ordinal}`, tier: 'everyday', domain: 'work', text: 'What is to be done?' };
      scenario.run(`key-${ordinal}`, dilemma.id, JSON.stringify(dilemma), pair);
      group.run(groupId, ordinal, `key-${ordinal}`);
    }
    const reward = (number * 7) % 6;
    const completion = `Plan ${number}: ${'share the work and tell each other by Friday. '.repeat(20)}`;
    episode.run(number, `bench-${number}`, groupId, number, (number - 1) % groupSize, reward, reward);
    joint.run(number, turnsPerEpisode, completion);
    for (let turn = 0; turn < turnsPerEpisode; turn++) {
      const seat = turn % 2 === 0 ? 'A' : 'B';
      call.run(number, turn, 1 + (turn >> 1), seat, idsBlob(300, turn), idsBlob(60, number), logprobs);
    }
  }
}

/** @param {string} database @param {string} out */
function measure(database, out) {
  const script = `
    process.on('exit', () => console.error('peak ' + process.resourceUsage().maxRSS));
    await import(${JSON.stringify(new URL('../dist/cli/main.js', import.meta.url).href)});`;
  const started = performance.now();
  const args = ['export', 'bench', '--db', database, '--out', out];
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, '--', ...args], {
    encoding: 'utf8',
  });
  const seconds = (performance.now() - started) / 1000;
  const peak = Number(/^peak (\d+)$/m.exec(stderr)?.[1] ?? Number.NaN) / 1024;
  if (status !== 0) throw new Error(stderr);
  const verdict = peak < targetMb ? 'under' : 'OVER';
  const size = statSync(out).size / 2 ** 20;
  console.log(
    `${out.replace(/^.*\//, '').padEnd(14)} ${peak.toFixed(0)} MB peak, ${verdict} ${targetMb}; ${size.toFixed(0)} MB in ${seconds.toFixed(0)} s`,
  );
  return peak < targetMb;
}

const folder = mkdtempSync(join(tmpdir(), 'entente-bench-'));
try {
  const database = join(folder, 'bench.db');
  writeRun(database);
  console.log(`${episodes} episodes, ${(statSync(database).size / 2 ** 20).toFixed(0)} MB of database`);
  const held = ['rows.jsonl', 'rows.jsonl.gz', 'rows.parquet'].map((name) => {
    const held = measure(database, join(folder, name));
    rmSync(join(folder, name));
    return held;
  });
  process.exitCode = held.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
