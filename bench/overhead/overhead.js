/**
 * CPU of a model call of `entente run`, whole (machine, prompts, parsing, journal), over that of the bare HTTP exchange
 * with the same bodies. Each figure is the difference of a long and a short run, so that start and warm-up fall out.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inFolder, measured, playEpisodes, withServer } from '../support/processes.js';

const rounds = 8;
const callsPerEpisode = 3 * rounds + 2;
const script = (/** @type {string} */ name) => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/** @param {boolean} quick @returns {Promise<import('../support/table.js').Line[]>} */
export async function overhead(quick) {
  const lines = [];
  for (const inFlight of quick ? [64] : [64, 256, 1024]) lines.push(...(await compare(inFlight, 'plain', quick)));
  if (!quick) lines.push(...(await compare(256, 'tokens', quick)));
  return lines;
}

/** @param {number} inFlight @param {'plain' | 'tokens'} replies @param {boolean} quick */
function compare(inFlight, replies, quick) {
  return inFolder(async (folder) => {
    const bodies = await recordBodies(folder, replies);
    const calls = quick ? [1000, 4000] : [6000, 36_000];
    const episodes = quick ? [64, 192] : [Math.max(256, inFlight), Math.max(256, inFlight) + 1024];
    const bare = await microseconds(calls, (n) => client('call-undici', inFlight, n, bodies, replies));
    const json = await microseconds(calls, (n) => client('call-undici', inFlight, n, bodies, replies, 'json'));
    const sdkCalls = calls.map((n) => n / 4);
    const sdk = await microseconds(sdkCalls, (n) => client('call-sdk', inFlight, n, bodies, replies));
    const ours = await microseconds(
      episodes.map((n) => n * callsPerEpisode),
      (n) =>
        withServer({ latencyMs: 0, replies }, (url) =>
          playEpisodes(url, folder, { episodes: n / callsPerEpisode, rounds, inFlight, mode: 'eval' }),
        ),
    );
    const label = `${inFlight} in flight${replies === 'tokens' ? ', ids and logprobs' : ''}`;
    return [
      {
        what: `${label}: entente over undici`,
        value: ours / bare,
        unit: '×',
        atMost: 4,
        note: `${us(ours)} / ${us(bare)}`,
      },
      {
        what: `${label}: entente over undici with JSON`,
        value: ours / json,
        unit: '×',
        note: `${us(ours)} / ${us(json)}`,
      },
      { what: `${label}: SDK's own fetch over undici`, value: sdk / bare, unit: '×', note: `${us(sdk)} / ${us(bare)}` },
    ];
  });
}

const us = (/** @type {number} */ value) => `${value.toFixed(0)} µs`;

/** The requests of one episode. @param {string} folder @param {'plain' | 'tokens'} replies */
async function recordBodies(folder, replies) {
  const file = join(folder, 'bodies');
  const size = { episodes: 1, rounds, inFlight: 1, mode: /** @type {const} */ ('eval') };
  await withServer({ latencyMs: 0, replies, record: file }, (url) => playEpisodes(url, folder, size));
  // Whatever preflight asked comes first.
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-callsPerEpisode);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** @param {string} name @param {number} inFlight @param {number} calls @param {string} bodies @param {'plain' | 'tokens'} replies @param {string[]} rest */
function client(name, inFlight, calls, bodies, replies, ...rest) {
  return withServer({ latencyMs: 0, replies }, (url) =>
    measured([script(name), url, `${inFlight}`, `${calls}`, bodies, ...rest]),
  );
}

/**
 * CPU of one call: what the longer run took more, by the calls it made more.
 * @param {number[]} sizes @param {(calls: number) => Promise<{ cpuMs: number }>} play
 */
async function microseconds([few = 0, many = 1], play) {
  const short = await play(few);
  const long = await play(many);
  return ((long.cpuMs - short.cpuMs) * 1000) / (many - few);
}
