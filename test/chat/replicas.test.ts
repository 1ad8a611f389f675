/** Several servers of one model: an episode stays on one, a dead one is left and tried again, the run goes on. */
import { expect, test } from 'vitest';
import { connectRoles, withRetries } from '../../src/chat/index.js';
import { createReplicas } from '../../src/chat/replicas.js';
import { resolveConfig } from '../../src/domain/index.js';
import { aRequest, failureOf, modelAt } from '../support/chat.js';
import { emptyFolder, entente, startEntente } from '../support/cli.js';
import {
  type Answer,
  breakOff,
  completion,
  deadUrl,
  fault,
  json,
  serving,
  startMisbehavingServer,
} from '../support/misbehaving-server.js';

const listing = json(200, { data: [{ id: 'm' }] });

async function twoServers(first: Answer, second: Answer) {
  const servers = [
    await startMisbehavingServer(serving(listing, first)),
    await startMisbehavingServer(serving(listing, second)),
  ] as const;
  const model = createReplicas([modelAt(servers[0].url), modelAt(servers[1].url)]);
  return { servers, model };
}

test('the calls of one episode go to one server, and new episodes to the least busy', async () => {
  const waiting: (() => void)[] = [];
  const held: Answer = (response, sent) => void waiting.push(() => completion()(response, sent));
  const { servers, model } = await twoServers(held, held);
  const episodes = [{}, {}, {}, {}];
  const letAllGo = async (calls: Promise<unknown>[]) => {
    while (servers[0].sent.length + servers[1].sent.length < calls.length) await new Promise((r) => setImmediate(r));
    for (const go of waiting.splice(0)) go();
    await Promise.all(calls);
  };
  await letAllGo(episodes.map((affinity) => model.complete(aRequest({ affinity }))));
  expect(servers.map(({ sent }) => sent.length)).toEqual([2, 2]);
  const [first] = episodes;
  for (let call = 0; call < 3; call++) {
    const before = servers[0].sent.length;
    const again = model.complete(aRequest({ affinity: first ?? {} }));
    while (servers[0].sent.length === before) await new Promise((r) => setImmediate(r));
    for (const go of waiting.splice(0)) go();
    await again;
  }
  expect(servers.map(({ sent }) => sent.length)).toEqual([5, 2]);
});

test('a server that breaks connections is left at the first, and its episodes go on elsewhere', async () => {
  const { servers, model } = await twoServers(breakOff, completion());
  const episode = {};
  const retried = withRetries(model, { maxRetries: 2, random: () => 0 });
  const reply = await retried.complete(aRequest({ affinity: episode }));
  expect(reply.failedAttempts).toMatchObject([{ code: 'connection' }]);
  await retried.complete(aRequest({ affinity: episode }));
  await retried.complete(aRequest({ affinity: {} }));
  expect(servers.map(({ sent }) => sent.length)).toEqual([1, 3]);
  expect(model.away()).toEqual([servers[0].url]);
});

test('errors of a server count against it three times in a row; a refused request never does', async () => {
  const { servers, model } = await twoServers(fault(500, 'oh'), completion());
  const episode = {};
  for (let call = 0; call < 3; call++) await failureOf(model.complete(aRequest({ affinity: episode })));
  await model.complete(aRequest({ affinity: episode }));
  expect(servers.map(({ sent }) => sent.length)).toEqual([3, 1]);

  const wrong = await twoServers(fault(400, 'no such field'), completion());
  for (let call = 0; call < 5; call++) await failureOf(wrong.model.complete(aRequest({ affinity: episode })));
  expect(wrong.model.away()).toEqual([]);
});

test('a server that was left is tried again after a while', async () => {
  let broken = true;
  const { servers, model } = await twoServers((...args) => (broken ? breakOff : completion())(...args), completion());
  await failureOf(model.complete(aRequest({ affinity: {} })));
  broken = false;
  await expect
    .poll(
      async () => {
        await Promise.all([model.complete(aRequest({ affinity: {} })), model.complete(aRequest({ affinity: {} }))]);
        return servers[0].sent.length;
      },
      { timeout: 5000 },
    )
    .toBeGreaterThan(1);
  expect(model.away()).toEqual([]);
});

test('where all are away, the one that comes back first is asked all the same', async () => {
  const { model } = await twoServers(breakOff, breakOff);
  for (let call = 0; call < 4; call++) expect((await failureOf(model.complete(aRequest()))).code).toBe('connection');
});

test('preflight passes with one server down, not with all, nor with one that lacks the model', async () => {
  const there = await startMisbehavingServer(serving(listing, completion()));
  const other = await startMisbehavingServer(serving(json(200, { data: [] }), fault(404, 'no such model')));
  const preflight = async (urls: string[]) => {
    const { roles } = resolveConfig({ policy: `m@${urls.join(',')}` }).config;
    const connections = connectRoles(roles, {}, { connections: 4 });
    try {
      await connections.preflight();
      return connections.pressure();
    } finally {
      await connections.close();
    }
  };
  const down = [await deadUrl(), await deadUrl()];
  expect(await preflight([there.url, down[0] ?? ''])).toEqual({ current: 8, ceiling: 8, away: 1 });
  expect((await failureOf(preflight(down))).code).toBe('endpoint');
  expect((await failureOf(preflight([there.url, other.url]))).message).toContain('does not serve the model "m"');
});

test('a run over two mock servers survives the death of one', async () => {
  const cwd = emptyFolder();
  const started = await Promise.all([1, 2].map(() => mockServer(cwd)));
  const [first, second] = started;
  const spec = `entente-rehearsal@${started.map(({ url }) => url).join(',')}`;
  const running = startEntente(
    ['run', '--policy', spec, '--groups', '6', '--group-size', '4', '--concurrency', '8', '--name', 'two'],
    { cwd },
  );
  await expect
    .poll(async () => (await entente(['runs', '--json'], { cwd })).stdout, { timeout: 20_000 })
    .toMatch(/"finished": [1-9]/);
  first?.child.kill('SIGKILL');
  const code = await new Promise((resolve) => running.on('exit', resolve));
  expect(code).toBe(0);
  const [run] = JSON.parse((await entente(['report', 'two', '--json'], { cwd })).stdout).runs;
  expect(run.overall).toMatchObject({ episodes: 24, failed: 0, unfinished: 0 });
  expect(second).toBeDefined();
});

/** `entente mock` on a port of its own choosing. */
async function mockServer(cwd: string) {
  const child = startEntente(['mock', '--port', '0', '--latency', '40'], { cwd });
  const said = await new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
  const url = /http:\/\/[\d.:]+\/v1/.exec(said)?.[0] ?? expect.fail(said);
  return { child, url };
}
