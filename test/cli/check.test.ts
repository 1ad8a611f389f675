import stringWidth from 'string-width';
import { expect, onTestFinished, test } from 'vitest';
import { startMockServer } from '../../src/chat/index.js';
import type { MockStyle } from '../../src/chat/mock.js';
import { emptyFolder, entente } from '../support/cli.js';
import { type Answer, completion, json, serving, startMisbehavingServer } from '../support/misbehaving-server.js';

const check = (url: string, ...more: string[]) => entente(['check', `m@${url}`, ...more], { cwd: emptyFolder() });

test.each<{ style: MockStyle; ids: object; says: RegExp }>([
  {
    style: 'sglang',
    ids: { token_ids: true, token_ids_of: 'prompt and reply' },
    says: /yes {2}token ids +turns can be exported/,
  },
  {
    style: 'old-vllm',
    ids: { token_ids: false, token_ids_of: 'reply only' },
    says: /no {3}token ids +of replies only.*--tokenizer/,
  },
  { style: 'hosted', ids: { token_ids: false, token_ids_of: 'none' }, says: /no {3}token ids +.*--tokenizer/ },
])('tells which ids a server like $style gives', async ({ style, ids, says }) => {
  const server = await startMockServer({ port: 0, style });
  onTestFinished(() => server.close());
  const [plain, asJson] = await Promise.all([check(server.url), check(server.url, '--json')]);
  expect(plain).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(says) });
  expect(JSON.parse(asJson.stdout)).toMatchObject(ids);
});

/** Raw log-probabilities, defaults of its own and a template that changes history; or none of them. */
function server(bad: boolean): Promise<{ url: string }> {
  const chat: Answer = (response, sent) => {
    const { temperature, messages } = sent.body as { temperature?: number; messages: unknown[] };
    const logprob = bad ? -1 : -1 / (1 + (temperature ?? 1));
    const history = messages.length > 2 ? (bad ? [9, 9] : [7, 8]) : [];
    completion(
      {
        message: { content: bad && temperature === undefined ? 'Bad.' : 'Good.' },
        token_ids: [7, 8],
        logprobs: { content: [{ logprob }, { logprob: -1 }] },
      },
      { prompt_token_ids: [1, ...history] },
    )(response, sent);
  };
  return startMisbehavingServer(serving(json(200, { data: [{ id: 'm' }] }), chat));
}

test('warns in 80 columns of what spoils training, with what it means and what to do', async () => {
  const { stdout, code } = await check((await server(true)).url);
  expect(code).toBe(0);
  const flat = stdout.replace(/\s+/g, ' ');
  for (const [warning, remedy] of [
    ['warning Raw log-probabilities', '--logprobs-mode processed_logprobs'],
    ['warning Injected sampling defaults', '--generation-config vllm'],
    ['warning The chat template breaks prefixes', 'a row of its own'],
  ] as const) {
    expect(flat).toContain(warning);
    expect(flat).toContain(remedy);
  }
  for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
});

test('warns of nothing where nothing is wrong', async () => {
  const { stdout } = await check((await server(false)).url);
  expect(stdout).toContain('token ids');
  expect(stdout).not.toContain('warning');
});
