/** Ten thousand episodes in flight in one process: how late its event loop gets, what it holds, what a call costs. */
import { inFolder, playEpisodes, withServer } from '../support/processes.js';

const latencyMs = 200;
const rounds = 3;
const callsPerEpisode = 3 * rounds;

/** @param {boolean} quick @returns {Promise<import('../support/table.js').Line[]>} */
export async function scale(quick) {
  const many = quick ? 1000 : 10_000;
  const few = 64;
  const play = (
    /** @type {number} */ inFlight,
    /** @type {number} */ episodes,
    /** @type {Record<string, string>} */ env,
  ) =>
    inFolder((folder) =>
      withServer({ latencyMs: inFlight === few ? 0 : latencyMs, replies: 'plain' }, (url) =>
        playEpisodes(url, folder, { episodes, rounds, inFlight, mode: 'train' }, env),
      ),
    );
  const all = await play(many, many, { BENCH_LAG: '1' });
  const base = await play(few, many, {});
  // Half-way: by then every episode has been under way for a while.
  const BENCH_HEAP_AFTER = String(Math.round(all.wallMs / 2));
  const held = await play(many, many, { BENCH_HEAP_AFTER });
  const heldByFew = await play(few, many, { BENCH_HEAP_AFTER: String(Math.round(base.wallMs / 2)) });
  const heap = (((held.heapMb ?? 0) - (heldByFew.heapMb ?? 0)) * 1024) / (many - few);
  const cost = (/** @type {{ cpuMs: number }} */ { cpuMs }) => (cpuMs * 1000) / (many * callsPerEpisode);
  return [
    {
      what: `CPU of a call at ${many} in flight over that at ${few}`,
      value: cost(all) / cost(base),
      unit: '×',
      atMost: 1.5,
      note: `${cost(all).toFixed(0)} / ${cost(base).toFixed(0)} µs, start of the process included`,
    },
    {
      what: 'event-loop lag, p99',
      value: all.lagP99Ms ?? Number.NaN,
      unit: 'ms',
      atMost: 100,
      note: `most ${all.lagMaxMs?.toFixed(0)} ms`,
    },
    { what: 'heap of an episode in flight', value: heap, unit: 'KB', atMost: 30 },
    { what: 'peak memory (RSS)', value: all.peakMb, unit: 'MB', atMost: 1500 },
  ];
}
