/** What the database costs: commits per second, bytes per token, and how long people wait on 200,000 episodes. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entente, inFolder, measured } from '../support/processes.js';
import { writtenDatabase } from './write-database.js';

const script = fileURLToPath(new URL('./commit.js', import.meta.url));

/** @param {boolean} quick @returns {Promise<import('../support/table.js').Line[]>} */
export async function storage(quick) {
  return [...(await commits(quick)), ...(await waits(quick ? 4000 : 200_000))];
}

/** @param {boolean} quick */
async function commits(quick) {
  const lines = [];
  for (const inFlight of [1, 64, 1024]) {
    const calls = inFlight === 1 ? 1000 : quick ? 4096 : 40_960;
    const { callsPerSecond } = await commitCalls(inFlight, calls, '');
    lines.push({ what: `calls committed, ${inFlight} in flight`, value: callsPerSecond, unit: '/s' });
  }
  const [bare, full] = [await commitCalls(64, 4096, ''), await commitCalls(64, 4096, 'tokens')];
  // 480 ids of a prompt, 160 of a reply and as many log-probabilities.
  lines.push({
    what: 'bytes a token (640 ids, 160 logprobs a call)',
    value: (full.bytesPerCall - bare.bytesPerCall) / 640,
    unit: 'B',
    note: `and ${bare.bytesPerCall.toFixed(0)} B a call for 650 B of text and all else`,
  });
  return lines;
}

/** @param {number} inFlight @param {number} calls @param {string} tokens @returns {Promise<{ callsPerSecond: number, bytesPerCall: number }>} */
function commitCalls(inFlight, calls, tokens) {
  return inFolder(async (folder) => {
    const args = [script, join(folder, 'commits.db'), `${inFlight}`, `${calls}`, tokens];
    return JSON.parse((await measured(args)).stdout);
  });
}

/** @param {number} episodes */
async function waits(episodes) {
  const db = writtenDatabase(episodes);
  const named = `${episodes.toLocaleString('en')} episodes`;
  const lines = [];
  const commands = {
    runs: ['runs'],
    report: ['report', 'bench'],
    'replay, first page': ['replay', 'bench/1', '--instant'],
  };
  for (const [what, args] of Object.entries(commands)) {
    // The second of two: people look more than once, and the first finds a cold disk.
    const [cold, warm] = [await entente([...args, '--db', db]), await entente([...args, '--db', db])];
    const note = `${warm.cpuMs.toFixed(0)} ms CPU, ${warm.peakMb.toFixed(0)} MB; first time ${cold.wallMs.toFixed(0)} ms`;
    lines.push({ what: `${what} of ${named}`, value: warm.wallMs, unit: 'ms', atMost: 1000, note });
  }
  const { peakMb, wallMs, size } = await inFolder(async (folder) => {
    const out = join(folder, 'rows.jsonl');
    const taken = await entente(['export', 'bench', '--out', out, '--db', db]);
    return { ...taken, size: statSync(out).size };
  });
  const note = `${(size / 2 ** 30).toFixed(1)} GiB of rows in ${(wallMs / 1000).toFixed(0)} s`;
  lines.push({ what: `memory of an export of ${named}`, value: peakMb, unit: 'MB', atMost: 400, note });
  return lines;
}
