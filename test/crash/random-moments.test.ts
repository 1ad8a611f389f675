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
  const killAt = `commit ${between(random, 1, 9)} ${random() < 0.5 ? 'before' : 'after'}`;
  const child = start(args, cwd, fromWithin ? killAt : undefined);
  if (!fromWithin) await killAfterRequests(child, server, between(random, 1, 30));
  const { code, stderr } = await child.ended;
  if (code !== null) expect(code, stderr).toBe(0);
  await server.quiet();
  return code === 0;
}

/** A run to its end, killed up to so many times on the way. `repeated`: the calls that were in flight at a kill. */
async function playUnderFire(random: Random, server: SteadyServer, folder: string, mostKills: number) {
  const first = runArgs(server, size);
  let killed = 0;
  let repeated = 0;
  let isDone = false;
  while (!isDone && killed < mostKills) {
    const before = { requests: server.requests(), calls: storedCalls(folder) };
    isDone = await liveOnce(random, hasRun(folder) ? ['resume', 'r'] : first, folder, server);
    const inFlight = server.requests() - before.requests - (storedCalls(folder) - before.calls);
    expect(inFlight).toBeGreaterThanOrEqual(0);
    expect(inFlight).toBeLessThanOrEqual(size.concurrency);
    if (!isDone) killed++;
    repeated += inFlight;
  }
  if (!isDone) await finish(['resume', 'r'], folder);
  return { killed, repeated };
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

  test.each(Array.from({ length: lives }, (_, life) => life))(
    'life %i ends like it, as often as it begins',
    async (life) => {
      const random = seededRandom(deriveSeed('life', crashSeed, life));
      for (let left = killsOfALife; left > 0; ) {
        const server = await startSteadyServer();
        const folder = emptyFolder();
        const { killed, repeated } = await playUnderFire(random, server, folder, left);
        left -= killed;
        expect(await contentsOf(folder)).toEqual(whole);
        expect(server.requests() - storedCalls(folder)).toBe(repeated);
        kills += killed;
      }
    },
  );

  test('all the kills took place', () => expect(kills).toBe(lives * killsOfALife));
});
