/**
 * A database of 200,000 episodes and 4 million turns, as a run would have left it: planned through the store, then filled with
 * plain inserts in large transactions, triggers and all. The first episode has 14 long turns with token ids.
 */
import Database from 'better-sqlite3';
import { createRehearsalModel } from '../dist/chat/index.js';
import { deriveSeed, resolveConfig, seededRandom } from '../dist/domain/index.js';
import { createRun } from '../dist/run/index.js';
import { makeScenario } from '../dist/scenarios/index.js';
import { openStore } from '../dist/store/index.js';

const tiers = /** @type {const} */ (['professional', 'interpersonal', 'everyday']);

/** Zipf-like words, so that common and rare ones can be searched for. @param {() => number} random */
function createSpeech(random) {
  const letters = 'etaoinshrdlucmfwypvbgk';
  const words = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 2 + Math.floor(random() * 9) }, () => letters[Math.floor(random() ** 1.7 * 22)]).join(''),
  );
  const word = () => words[Math.floor(Math.exp(random() * Math.log(words.length)))];
  const speeches = Array.from({ length: 5000 }, () => Array.from({ length: 40 }, word).join(' '));
  return { words, speak: () => `${speeches[Math.floor(random() * speeches.length)]} ${word()} ${word()}` };
}

/** @param {number} index */
function scenarioNumber(index) {
  const persona = (/** @type {string} */ name) => ({ name, stance: `Stay ${name}. Say why.` });
  const dilemma = {
    id: `dilemma-${index}`,
    split: /** @type {const} */ ('train'),
    tier: tiers[index % 3] ?? 'everyday',
    domain: `domain-${index % 48}`,
    setting: null,
    stage: null,
    tags: [],
    text: `What is to be done about case ${index}?`,
  };
  const pair = {
    id: `pair-${index % 25}`,
    split: /** @type {const} */ ('train'),
    tension: 'more or less',
    tags: [],
    a: persona('bold'),
    b: persona('mild'),
  };
  return makeScenario(dilemma, pair);
}

/**
 * Returns words to search for, from the commonest to a rare one.
 * @param {string} path
 * @param {{ episodes: number, turns: number }} size
 */
export function makeDatabase(path, { episodes, turns }) {
  const random = seededRandom(1);
  const groups = episodes / 8;
  const { config } = resolveConfig({ groups, group_size: 8, max_rounds: turns });
  const store = openStore(path, { mode: 'write' });
  const scenarios = Array.from({ length: groups }, (_, index) => scenarioNumber(index));
  const run = createRun(store, config, 'bench', scenarios, { random, now: () => new Date(0) });
  store.setRunStatus(run.runId, 'running');
  store.close();

  const database = new Database(path);
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -200000');
  const { words, speak } = createSpeech(random);
  const insert = database.prepare(
    `INSERT INTO calls (episode, turn, kind, sample, round, seat, content, finish_reason, prompt_tokens, completion_tokens,
       model, seed, prompt_hash, latency_ms, value, detail_json, parse_ok, finished_at)
     VALUES (?, ?, ?, 0, ?, ?, ?, 'stop', 900, 60, 'bench', 1, 'hash', 400, ?, ?, ?, ?)`,
  );
  const finish = database.prepare(
    `UPDATE episodes SET status = ?, outcome = ?, rounds = ?, ca_score = ?, knowledge = ?, benevolence = ?, power = ?,
       vitality = ?, reward = ?, failure = ?, started_at = ?, finished_at = ? WHERE episode = ?`,
  );
  const score = () => Math.floor(random() * 11) / 2;
  const fill = database.transaction((from, to) => {
    for (let episode = from; episode < to; episode++) {
      const at = new Date(episode * 50).toISOString();
      const spoken = Math.max(2, turns - 10 + 2 * Math.floor(random() * 11));
      const failed = random() < 0.02;
      const agreed = !failed && random() < 0.9;
      for (let turn = 0; turn < spoken; turn++) {
        insert.run(episode, turn, 'speak', 1 + (turn >> 1), turn % 2 === 0 ? 'A' : 'B', speak(), null, null, null, at);
        if (turn % 2 === 0) continue;
        const yes = agreed && turn === spoken - 1 ? 1 : 0;
        insert.run(
          episode,
          turn + 1,
          'agreement',
          (turn + 1) / 2,
          null,
          `{"agreed":${yes === 1}}`,
          yes,
          '{"reason":"-"}',
          1,
          at,
        );
      }
      const ca = agreed ? score() : null;
      if (agreed) {
        insert.run(episode, spoken, 'completion', 0, 'A', speak(), null, null, null, at);
        insert.run(episode, 0, 'ca', 0, null, '{}', ca, '{"rationale":"-"}', 1, at);
      }
      const aspect = () => (agreed ? score() : null);
      finish.run(
        ...[failed ? 'failed' : 'done', failed ? null : agreed ? 'agreed' : 'deadlocked', spoken / 2, ca],
        ...[
          aspect(),
          aspect(),
          aspect(),
          aspect(),
          failed ? null : (ca ?? 0),
          failed ? 'timeout' : null,
          at,
          at,
          episode,
        ],
      );
    }
  });
  for (let from = 1; from <= episodes; from += 2000) fill.immediate(from, Math.min(from + 2000, episodes + 1));
  database.prepare("UPDATE runs SET status = 'done', finished_at = ?").run(new Date(episodes * 50).toISOString());
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return { runId: run.runId, words: [words[1], words[40], words[2000], words[15_000]] };
}

/**
 * Adds a run of one episode: 14 turns of 4,000 characters each, with the ids and log-probabilities of the rehearsal.
 * @param {string} path
 */
export async function addLongEpisode(path) {
  const store = openStore(path, { mode: 'write' });
  const { config } = resolveConfig({ groups: 1, group_size: 1, window: 'all' });
  const run = createRun(store, config, 'long', [scenarioNumber(0)], {
    random: seededRandom(2),
    now: () => new Date(0),
  });
  const [planned] = store.unfinishedEpisodes(run.runId);
  if (planned === undefined) throw new Error('nothing was planned');
  const journal = store.journal(planned.episodeId);
  const model = createRehearsalModel();
  const { speakerMessages, deliberationPrompts } = await import('../dist/deliberation/index.js');
  /** @type {import('../dist/domain/index.js').Turn[]} */
  const said = [];
  for (let turn = 0; turn < 14; turn++) {
    /** @type {'A' | 'B'} */
    const seat = turn % 2 === 0 ? 'A' : 'B';
    const messages = speakerMessages(planned.scenario, seat, said, 'all');
    const first = await model.complete({
      messages,
      sampling: { ...config.roles.policy.sampling, max_tokens: 8000 },
      seed: deriveSeed(turn),
      wantTokens: true,
    });
    const reply = lengthened(first, 4000);
    said.push({ turnIndex: turn, round: 1 + (turn >> 1), seat, content: reply.content });
    await journal.record({
      key: { turn, kind: 'speak', sample: 0 },
      round: 1 + (turn >> 1),
      seat,
      model: 'rehearsal',
      seed: turn,
      promptHash: deliberationPrompts.speaker.hash,
      reply,
      verdict: null,
    });
  }
  await store.finishEpisode(planned.episodeId, {
    status: 'done',
    outcome: 'deadlocked',
    rounds: 7,
    completion: null,
    ca: null,
    reward: 0,
    failure: null,
  });
  store.setRunStatus(run.runId, 'done');
  store.close();
  return planned.episodeId;
}

/**
 * A rehearsed speech is short; said again and again it is long, and so are its ids (one per byte, the last ends it).
 * @param {import('../dist/domain/index.js').Reply} reply
 * @param {number} characters
 */
function lengthened(reply, characters) {
  const content = reply.content.repeat(Math.ceil(characters / reply.content.length)).slice(0, characters);
  const replyIds = Int32Array.from([...Buffer.from(content), 259]);
  const logprobs = Float32Array.from(replyIds, (_, index) => -((index * 7) % 13) / 5);
  return {
    ...reply,
    content,
    completionTokens: replyIds.length,
    tokens: { promptIds: null, source: /** @type {const} */ ('rehearsal'), ...reply.tokens, replyIds, logprobs },
  };
}
