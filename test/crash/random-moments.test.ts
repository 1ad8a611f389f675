/**
 * Runs that are killed over and over, at random moments and at random commits, and resumed each time. In the end each
 * must hold what a run that nobody disturbed holds: nothing lost, nothing twice, every exported row the same. What was
 * asked of the model again is what was in flight when a process died, and no more.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { deriveSeed, type Random, seededRandom } from '../../src/domain/index.js';
import { emptyFolder } from '../support/cli.js';
import {
  type Child,
  contentsOf,
  crashSeed,
  finish,
  hasRun,
  runArgs,
  type SteadyServer,
  start,
  startSteadyServer,
  storedCalls,
} from './support/crashes.js';

const lives = 10;
const killsOfALife = 16;
const size = { groups: 3, groupSize: 8, maxRounds: 3, concurrency: 8 };

let kills = 0;

const between = (random: Random, least: number, most: number) => least + Math.floor(random() * (most - least + 1));

/** From outside, once the server has heard so many more requests. */
async function killAfterRequests(child: Child, server: SteadyServer, more: number): Promise<void> {
  const until = server.requests() + more;
  let isOver = false;
  void child.ended.then(() => {
    isOver = true;
  });
  while (!isOver && server.requests() < until) await delay(1);
  child.kill('SIGKILL');
}

/** One process, killed by one of the two hands. True where it ended by itself before. */
async function liveOnce(random: Random, args: string[], cwd: string, server: SteadyServer): Promise<boolean> {
  const fromWithin = random() < 0.5;
  const killAt = `commit ${between(random, 1, 30)} ${random() < 0.5 ? 'before' : 'after'}`;
  const child = start(args, cwd, fromWithin ? killAt : undefined);
  if (!fromWithin) await killAfterRequests(child, server, between(random, 1, 30));
  const { code, stderr } = await child.ended;
  if (code !== null) expect(code, stderr).toBe(0);
  else kills++;
  await server.quiet();
  return code === 0;
}

describe(`${lives} runs, killed ${killsOfALife} times each (ENTENTE_SEED=${crashSeed})`, () => {
  let whole: Awaited<ReturnType<typeof contentsOf>>;

  test('a run that nobody disturbs', async () => {
    const server = await startSteadyServer();
    const folder = emptyFolder();
    await finish(runArgs(server, size), folder);
    whole = await contentsOf(folder);
    expect(whole).toMatchObject({ integrity: 'ok', status: [['r', 'done']], failed: [] });
    expect(server.requests()).toBe(storedCalls(folder));
  });

  test.each(Array.from({ length: lives }, (_, life) => life))('life %i ends like it', async (life) => {
    const server = await startSteadyServer();
    const folder = emptyFolder();
    const random = seededRandom(deriveSeed('life', crashSeed, life));
    const first = runArgs(server, size);
    let repeated = 0;
    let isDone = false;
    for (let nth = 0; nth < killsOfALife && !isDone; nth++) {
      const before = { requests: server.requests(), calls: storedCalls(folder) };
      isDone = await liveOnce(random, hasRun(folder) ? ['resume', 'r'] : first, folder, server);
      const inFlight = server.requests() - before.requests - (storedCalls(folder) - before.calls);
      expect(inFlight).toBeGreaterThanOrEqual(0);
      expect(inFlight).toBeLessThanOrEqual(size.concurrency);
      repeated += inFlight;
    }
    if (!isDone) await finish(['resume', 'r'], folder);
    expect(await contentsOf(folder)).toEqual(whole);
    expect(server.requests() - storedCalls(folder)).toBe(repeated);
  });

  test('that was more than a few kills', () => expect(kills).toBeGreaterThanOrEqual(0.8 * lives * killsOfALife));
});
