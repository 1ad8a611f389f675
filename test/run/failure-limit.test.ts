/** How many episodes may fail before a run stops: a number, or a share of its episodes. */
import { expect, test } from 'vitest';
import { failureLimit } from '../../src/run/failure-limit.js';
import { emptyFolder, entente } from '../support/cli.js';
import { fault, json, serving, startMisbehavingServer } from '../support/misbehaving-server.js';

const failure = { code: 'timeout', message: 'no answer' };

test.each([
  [0, 96, 0, 1],
  [2, 96, 0, 3],
  [2, 96, 2, 1],
  ['5%', 96, 0, 5],
  ['0%', 96, 0, 1],
  ['100%', 4, 0, 5],
])('a limit of %s in %s episodes, %s failed before, is passed by failure %s', (limit, episodes, before, passing) => {
  const note = failureLimit(limit, episodes, before);
  for (let nth = 1; nth < passing; nth++) note(failure);
  expect(() => note(failure)).toThrow(expect.objectContaining({ code: 'failures' }));
});

test('without a limit any number may fail', () => {
  const note = failureLimit(null, 3, 0);
  for (let nth = 0; nth < 1000; nth++) note(failure);
});

test('--fail-fast stops at the first failure with exit 1; resume --retry-failed plays it again', async () => {
  const cwd = emptyFolder();
  const models = json(200, { data: [{ id: 'm' }] });
  const { url } = await startMisbehavingServer(serving(models, fault(400, 'maximum context length exceeded')));
  const args = [
    'run',
    '--policy',
    `m@${url}`,
    '--groups',
    '3',
    '--group-size',
    '2',
    '--concurrency',
    '1',
    '--name',
    'frail',
  ];
  const run = await entente([...args, '--fail-fast'], { cwd });
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toMatch(
    /1 of 6 episodes failed \(none may\), last: context_overflow.*entente resume frail --retry-failed/s,
  );
  const listed = JSON.parse((await entente(['runs', '--json'], { cwd })).stdout);
  expect(listed).toMatchObject([{ status: 'pending', episodes: 6, finished: 1, failed: 1 }]);

  const again = await entente(['resume', '--retry-failed', '--max-failures', '50%'], { cwd });
  expect(again.code).toBe(1);
  expect(again.stderr).toMatch(/4 of 6 episodes failed \(at most 50% may\)/);

  const replayed = await entente(['replay', 'frail/1'], { cwd });
  expect(replayed.stdout).toMatch(/speak by m: context_overflow \(after 1 failed try: context_overflow\)/);
  const wrong = await entente(['resume', '--max-failures', 'many'], { cwd });
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.stderr).toMatch(/--max-failures: "many" is not a number/);
});
