/**
 * How close a run comes to the time that its calls alone must take: calls × latency ÷ calls in flight. Time is counted by
 * the server, from the first call to come to the last reply to go.
 */
import { inFolder, playEpisodes, withServer } from '../support/processes.js';

const latencyMs = 50;
const inFlight = 64;
const rounds = 8;

/** @param {boolean} quick @returns {Promise<import('../support/table.js').Line[]>} */
export async function pipeline(quick) {
  const episodes = quick ? 128 : 1024;
  const { served, wallMs } = await inFolder((folder) =>
    withServer({ latencyMs, replies: 'plain' }, (url) =>
      playEpisodes(url, folder, { episodes, rounds, inFlight, mode: 'train' }),
    ),
  );
  // A deadlock in train mode: two turns and one judgement a round, and nothing after them.
  const calls = episodes * rounds * 3;
  const floorMs = (calls * latencyMs) / inFlight;
  const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(2)} s`;
  return [
    {
      what: `${episodes} episodes × ${rounds} rounds over the floor`,
      value: served.spanMs / floorMs,
      unit: '×',
      atMost: 1.08,
      note: `${seconds(served.spanMs)} / ${seconds(floorMs)} = ${calls} calls × ${latencyMs} ms ÷ ${inFlight}`,
    },
    { what: 'the whole process over the floor', value: wallMs / floorMs, unit: '×', note: seconds(wallMs) },
  ];
}
