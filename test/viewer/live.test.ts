import { get } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LiveEvent } from '../../src/viewer/api.js';
import type { Viewer } from '../../src/viewer/index.js';
import { emptyFolder } from '../support/cli.js';
import { storeEndings } from '../support/stored-runs.js';
import { ask, viewerForTest } from '../support/viewer.js';

/** Events as they come in. */
function listen({ url }: Viewer): AsyncGenerator<LiveEvent> {
  const requested = get(`${url}api/live`, { agent: false });
  onTestFinished(() => void requested.destroy());
  return (async function* () {
    const response = await new Promise<AsyncIterable<Buffer>>((resolve) => requested.on('response', resolve));
    let text = '';
    for await (const part of response) {
      text += part;
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
        text = text.slice(end + 2);
        if (data !== undefined) yield JSON.parse(data) as LiveEvent;
      }
    }
  })();
}

test('who listens is told of every run at first, then of those that change, within two seconds', async () => {
  const path = join(emptyFolder(), 'runs.db');
  const one = storeEndings(path, [[null, null]], 'one');
  storeEndings(path, [[{ reward: 1 }]], 'two').store.close();
  onTestFinished(() => one.store.close());
  const viewer = await viewerForTest(path);
  const events = listen(viewer);
  const first = (await events.next()).value as LiveEvent;
  expect(first.runs.map(({ name }) => name).sort()).toEqual(['one', 'two']);

  const written = performance.now();
  one.store.finishEpisode('one-id-1', {
    status: 'done',
    outcome: 'agreed',
    rounds: 1,
    completion: null,
    ca: null,
    reward: 1,
    failure: null,
  });
  const { runs } = (await events.next()).value as LiveEvent;
  expect(performance.now() - written).toBeLessThan(2000);
  expect(runs.map(({ name, counts: { done, agreed, pending } }) => ({ name, done, agreed, pending }))).toEqual([
    { name: 'one', done: 1, agreed: 1, pending: 1 },
  ]);
  expect(runs[0]!.version).toBeGreaterThan(first.runs.find(({ name }) => name === 'one')!.version);
});

test('a stream ends with the server, and HEAD opens none', async () => {
  const path = join(emptyFolder(), 'runs.db');
  storeEndings(path, [[null]]).store.close();
  const viewer = await viewerForTest(path);
  expect((await ask(viewer, '/api/live', { method: 'HEAD' })).status).toBe(200);
  const events = listen(viewer);
  await events.next();
  const ending = events.next().then(
    ({ done }) => done,
    () => true,
  );
  await viewer.close();
  expect(await ending).toBe(true);
});
