/** Calls committed per second, so many episodes at a time, each waiting for its last call to be durable. */
import { statSync } from 'node:fs';
import { openStore, resolveConfig } from '../../dist/index.js';

const [path = '', inFlight = '1', calls = '1', withTokens = ''] = process.argv.slice(2);
const episodes = Number(inFlight);
const perEpisode = Math.ceil(Number(calls) / episodes);
const promptIds = 480;
const replyIds = 160;

const store = openStore(path, { mode: 'write' });
const persona = { name: 'bold', stance: 'Stay bold.' };
const dilemma = {
  id: 'd',
  split: 'train',
  tier: 'everyday',
  domain: 'work',
  text: 'What?',
  setting: null,
  stage: null,
  tags: [],
};
const pair = { id: 'p', split: 'train', tension: 'more / less', tags: [], a: persona, b: persona };
const scenario = /** @type {import('../../dist/index.js').Scenario} */ ({ key: 'k', dilemma, pair, swapped: false });
store.createRun({
  runId: 'bench',
  name: 'bench',
  seed: 0,
  createdAt: new Date().toISOString(),
  config: resolveConfig({}).config,
  notice: null,
  version: '0',
  prompts: [],
  groups: [
    {
      groupId: 'g',
      ordinal: 0,
      scenario,
      episodes: Array.from({ length: episodes }, (_, at) => ({ episodeId: `e${at}`, number: at + 1, sampleIndex: at })),
    },
  ],
});

const tokens = withTokens
  ? {
      promptIds: Int32Array.from({ length: promptIds }, (_, at) => at),
      replyIds: Int32Array.from({ length: replyIds }, (_, at) => at),
      logprobs: Float32Array.from({ length: replyIds }, (_, at) => -at / 64),
      source: /** @type {const} */ ('server'),
    }
  : null;
const content = 'I can give you the mornings if the ledger stays open. '.repeat(12);

/** @param {number} number */
async function play(number) {
  const journal = store.journal(`e${number}`);
  for (let turn = 0; turn < perEpisode; turn++) {
    const key = { turn, kind: /** @type {const} */ ('speak'), sample: 0 };
    if (journal.recall(key) !== null) throw new Error('known already');
    await journal.record({
      key,
      round: 1,
      seat: 'A',
      model: 'policy',
      seed: turn,
      promptHash: 'hash',
      verdict: null,
      reply: {
        content,
        finishReason: 'stop',
        promptTokens: promptIds,
        completionTokens: replyIds,
        tokens,
        latencyMs: 5,
        failedAttempts: [],
      },
    });
  }
}

const began = performance.now();
await Promise.all(Array.from({ length: episodes }, (_, number) => play(number)));
const seconds = (performance.now() - began) / 1000;
store.close();
const made = perEpisode * episodes;
console.log(JSON.stringify({ callsPerSecond: made / seconds, bytesPerCall: statSync(path).size / made }));
