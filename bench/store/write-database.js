/**
 * A database of 200,000 episodes and 4 M turns, written with a fast pen: straight into the tables, with the triggers off and
 * the usage that they would have counted put in at the end. Some 4 GB, kept in a temporary folder for the next time.
 */
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore, resolveConfig } from '../../dist/index.js';

const groupSize = 8;
const rounds = 10;
const promptIds = 80;
const replyIds = 40;
const at = '2030-01-01T12:00:00.000Z';

/** @param {number} episodes @returns {string} its path */
export function writtenDatabase(episodes) {
  const probe = join(tmpdir(), `entente-bench-store-${process.pid}.db`);
  openStore(probe, { mode: 'write' }).close();
  const schema = new Database(probe, { readonly: true });
  const sql = schema.prepare('SELECT sql FROM sqlite_master ORDER BY name').pluck().all();
  schema.close();
  rmSync(probe);
  const path = join(tmpdir(), 'entente-bench-store', `${episodes}-${hash('sha256', sql.join()).slice(0, 8)}.db`);
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.part`;
  for (const ending of ['', '-wal', '-shm']) rmSync(`${unfinished}${ending}`, { force: true });
  writeDatabase(unfinished, episodes);
  renameSync(unfinished, path);
  return path;
}

/** @param {string} path @param {number} episodes */
function writeDatabase(path, episodes) {
  openStore(path, { mode: 'write' }).close();
  const database = new Database(path);
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.pragma('foreign_keys = OFF');
  const triggers = database.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all();
  for (const { name } of /** @type {{ name: string }[]} */ (triggers)) database.exec(`DROP TRIGGER ${name}`);
  database.transaction(() => {
    writePlan(database, episodes);
    writeCalls(database, episodes);
    database.exec(`INSERT INTO usage (run_id, model, calls, prompt_tokens, completion_tokens, retries, truncated)
      SELECT 'bench', 'policy', count(*), sum(prompt_tokens), sum(completion_tokens), 0, 0 FROM calls`);
  })();
  for (const { sql } of /** @type {{ sql: string }[]} */ (triggers)) database.exec(sql);
  database.pragma('journal_mode = WAL');
  database.close();
}

/** @param {import('better-sqlite3').Database} database @param {number} episodes */
function writePlan(database, episodes) {
  const { config } = resolveConfig({
    groups: episodes / groupSize,
    group_size: groupSize,
    max_rounds: rounds,
    mode: 'eval',
  });
  database
    .prepare(
      `INSERT INTO runs (run_id, name, status, seed, created_at, finished_at, config_json, version)
       VALUES ('bench', 'bench', 'done', 0, ?, ?, ?, '0')`,
    )
    .run(at, at, JSON.stringify(config));
  const persona = { name: 'bold', stance: 'Stay bold.' };
  const pair = JSON.stringify({ id: 'pair', split: 'train', tags: [], tension: 'more / less', a: persona, b: persona });
  const scenario = database.prepare(
    `INSERT INTO scenarios (key, dilemma_id, pair_id, tier, domain, dilemma_json, pair_json)
     VALUES (?, ?, 'pair', ?, 'work', ?, ?)`,
  );
  const group = database.prepare(
    `INSERT INTO groups (group_id, run_id, ordinal, scenario, swapped, size) VALUES (?, 'bench', ?, ?, 0, ${groupSize})`,
  );
  const tiers = ['professional', 'interpersonal', 'everyday'];
  for (let ordinal = 0; ordinal < episodes / groupSize; ordinal++) {
    const tier = tiers[ordinal % 3];
    const text = `What is to be done about ${ordinal}?`;
    const dilemma = {
      id: `d${ordinal}`,
      split: 'train',
      tier,
      domain: 'work',
      setting: null,
      stage: null,
      tags: [],
      text,
    };
    scenario.run(`key-${ordinal}`, dilemma.id, tier, JSON.stringify(dilemma), pair);
    group.run(`bench-g${ordinal + 1}`, ordinal, `key-${ordinal}`);
  }
}

/** @param {number} length @param {number} salt */
const someIds = (length, salt) =>
  Buffer.from(Int32Array.from({ length }, (_, index) => (index * 31 + salt) % 151_936).buffer);

/** Twenty turns, ten judgements, a completion and its score for every episode. @param {import('better-sqlite3').Database} database @param {number} episodes */
function writeCalls(database, episodes) {
  const episode = database.prepare(
    `INSERT INTO episodes (episode, episode_id, run_id, group_id, number, sample_index, status, outcome, rounds, ca_score,
       knowledge, benevolence, power, vitality, reward, started_at, finished_at)
     VALUES (?, ?, 'bench', ?, ?, ?, 'done', ?, ${rounds}, @ca, @ca, @ca, @ca, @ca, @ca, '${at}', '${at}')`,
  );
  const call = database.prepare(
    `INSERT INTO calls (episode, turn, kind, sample, round, seat, content, finish_reason, prompt_tokens, completion_tokens,
       token_source, prompt_ids, reply_ids, logprobs, model, seed, prompt_hash, latency_ms, value, detail_json, parse_ok,
       finished_at)
     VALUES (?, ?, ?, 0, ?, ?, ?, 'stop', ${promptIds}, ${replyIds}, ?, ?, ?, ?, 'policy', 1, 'hash', 5, ?, ?, ?, '${at}')`,
  );
  const prompts = Array.from({ length: 64 }, (_, salt) => someIds(promptIds, salt));
  const replies = Array.from({ length: 64 }, (_, salt) => someIds(replyIds, salt * 7));
  const logprobs = Buffer.from(Float32Array.from({ length: replyIds }, (_, index) => -index / 60).buffer);
  const said = 'I can give you the mornings if the ledger stays open and we look at it together each Friday. '.repeat(
    2,
  );
  for (let number = 1; number <= episodes; number++) {
    const ca = (number * 7) % 6;
    const outcome = number % 3 === 0 ? 'deadlocked' : 'agreed';
    const groupId = `bench-g${Math.floor((number - 1) / groupSize) + 1}`;
    episode.run(number, `bench-${number}`, groupId, number, (number - 1) % groupSize, outcome, { ca });
    for (let turn = 0; turn < 2 * rounds; turn++) {
      const [prompt, reply] = [prompts[(number + turn) % 64], replies[(number * 3 + turn) % 64]];
      const seat = turn % 2 === 0 ? 'A' : 'B';
      const round = (turn >> 1) + 1;
      call.run(number, turn, 'speak', round, seat, said, 'server', prompt, reply, logprobs, null, null, null);
      if (seat === 'A') continue;
      const agreed = outcome === 'agreed' && round === rounds;
      const detail = JSON.stringify({ agreed, reason: 'So they say.' });
      call.run(number, turn + 1, 'agreement', round, null, detail, null, null, null, null, Number(agreed), detail, 1);
    }
    call.run(
      number,
      2 * rounds,
      'completion',
      0,
      'A',
      `Plan ${number}: ${said}`,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
    );
    const detail = JSON.stringify({
      knowledge: ca,
      benevolence: ca,
      power: ca,
      vitality: ca,
      overall: ca,
      rationale: 'So.',
    });
    call.run(number, 0, 'ca', 0, null, detail, null, null, null, null, ca, detail, 1);
  }
}
