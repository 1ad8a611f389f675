import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/chat/index.js';
import { defaultExportOptions, exportRun, loadRetokenizer, type Row, type Waiver } from '../../src/export/index.js';
import {
  chatml,
  countByHand,
  endId,
  qwenLike,
  renderedByHand,
  specialTokens,
  textOf,
  tokenizerFolder,
} from '../support/byte-tokenizer.js';
import { failureOf, modelAt } from '../support/chat.js';
import { emptyFolder, entente } from '../support/cli.js';
import { type Answer, completion, type Sent, startMisbehavingServer } from '../support/misbehaving-server.js';
import { playStored } from '../support/played-runs.js';

const speech = 'Let us share the naïve boat 🫱🏽‍🫲🏿,  day by day.\n';
const emptyThought = '<think>\n\n</think>\n\n';
const messagesOf = ({ body }: Sent) => body['messages'] as Message[];

interface Counting {
  says?: string;
  /** What the template writes before a reply. */
  opening?: string;
  /** Added to the true counts. */
  promptOff?: number;
  replyOff?: number;
  choice?: object;
  rest?: object;
}

/** A hosted API: text and counts, no ids. */
function hosted(parts: Counting = {}): Answer {
  const { says = speech, opening = '', promptOff = 0, replyOff = 0, choice = {}, rest = {} } = parts;
  return (response, sent) => {
    const prompt_tokens = countByHand(renderedByHand(messagesOf(sent), opening)) + promptOff;
    const usage = { prompt_tokens, completion_tokens: countByHand(says) + 1 + replyOff };
    completion({ message: { content: says }, ...choice }, { usage, ...rest })(response, sent);
  };
}

/** Two episodes against the server, judged by the rehearsal, and a way to export them. */
async function playedAt(answer: Answer) {
  const server = await startMisbehavingServer(answer);
  const folder = emptyFolder();
  const seats = { policy: modelAt(server.url, { model: 'p' }), opponent: modelAt(server.url, { model: 'o' }) };
  const config = { name: 'bare', groups: 1, group_size: 2, max_rounds: 2 };
  const played = await playStored(join(folder, 'runs.db'), config, seats);
  const out = join(folder, 'rows.jsonl');
  const spoken = server.sent.filter(
    (sent) => sent.body['model'] === 'p' && messagesOf(sent)[0]?.content.startsWith('# Negotiator'),
  );
  const exported = async (tokenizer: string, allow: readonly Waiver[] = ['retokenized', 'no-logprobs']) => {
    const options = { ...defaultExportOptions, tokenizer: loadRetokenizer(tokenizer), allow };
    const request = { format: 'rows', out, options, secrets: [], now: () => new Date(0), version: '0' } as const;
    const manifests = await exportRun(played.store, played.run, request);
    const lines = readFileSync(out, 'utf8').split('\n').filter(Boolean);
    return { manifest: manifests[0]!, rows: lines.map((line) => JSON.parse(line) as Row) };
  };
  return { ...played, folder, out, spoken, exported };
}

const trainedText = ({ input_ids, loss_mask }: Row) => textOf(input_ids.filter((_, index) => loss_mask[index] === 1));

describe('ids made from text, where the server counted as many', () => {
  test('are those of the prompts that were sent and of the replies, each reply with its end mark', async () => {
    const { spoken, exported, store } = await playedAt(hosted());
    const { rows, manifest } = await exported(tokenizerFolder());
    const texts = rows.map(({ input_ids }) => textOf(input_ids));
    expect(spoken.length).toBeGreaterThan(1);
    for (const sent of spoken) {
      const whole = `${renderedByHand(messagesOf(sent))}${speech}<|im_end|>`;
      expect(texts.some((text) => text.startsWith(whole))).toBe(true);
    }
    expect(rows.map(trainedText).join('')).toBe(`${speech}<|im_end|>`.repeat(spoken.length));
    expect(new Set(rows.map(({ token_source }) => token_source))).toEqual(new Set(['retokenized']));
    expect(new Set(rows.map(({ old_logprobs }) => old_logprobs))).toEqual(new Set([null]));
    expect(manifest.certificate.filter(({ held }) => !held).map(({ rule }) => rule)).toEqual([
      'retokenized',
      'no-logprobs',
    ]);
    store.close();
  });

  test('follow a template as Qwen3 has it, with thinking switched off; then turns do not merge', async () => {
    const { spoken, exported, store } = await playedAt(hosted({ opening: emptyThought }));
    const { rows } = await exported(tokenizerFolder({ chat_template: qwenLike }));
    expect(rows.map(({ input_ids }) => textOf(input_ids)).toSorted()).toEqual(
      spoken.map((sent) => `${renderedByHand(messagesOf(sent), emptyThought)}${speech}<|im_end|>`).toSorted(),
    );
    store.close();
  });

  test('have no end mark where the server counted none, or cut the reply', async () => {
    for (const choice of [{}, { finish_reason: 'length' }]) {
      const { exported, store } = await playedAt(hosted({ replyOff: -1, choice }));
      const { rows } = await exported(tokenizerFolder());
      expect(rows.map(trainedText).join('').replaceAll(speech, '')).toBe('');
      store.close();
    }
  });

  test('leave the ids and log-probabilities of replies that the server did give as they are', async () => {
    const content = [7, 300_000, 9].map((id) => ({ token: `token_id:${id}`, logprob: -id / 8 }));
    const { exported, store } = await playedAt(hosted({ choice: { logprobs: { content } } }));
    const { rows } = await exported(tokenizerFolder(), ['retokenized']);
    for (const { input_ids, old_logprobs, loss_mask, token_source } of rows) {
      const trained = (list: readonly number[] | null) => list?.filter((_, index) => loss_mask[index] === 1);
      expect(trained(input_ids)?.slice(0, 3)).toEqual([7, 300_000, 9]);
      expect(trained(old_logprobs)?.slice(0, 3)).toEqual([-7 / 8, -37_500, -9 / 8]);
      expect(token_source).toBe('retokenized');
    }
    expect(rows.length).toBeGreaterThan(0);
    store.close();
  });

  test('are vouched for in the manifest by the hashes of tokenizer and template', async () => {
    const { exported, store } = await playedAt(hosted());
    const [one, same, other] = [
      tokenizerFolder(),
      tokenizerFolder(),
      tokenizerFolder({ chat_template: `${chatml}{# changed #}` }),
    ];
    const said: Record<string, unknown>[] = [];
    for (const folder of [one, same, other]) {
      const { manifest } = await exported(folder);
      said.push(JSON.parse(JSON.stringify(manifest.options['tokenizer'])));
    }
    const [first, second, third] = said;
    expect(first).toMatchObject({ folder: one, tokenizer_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(second).toEqual({ ...first, folder: same });
    expect(third?.['tokenizer_sha256']).toBe(first?.['tokenizer_sha256']);
    expect(third?.['template_sha256']).not.toBe(first?.['template_sha256']);
    store.close();
  });
});

describe('ids that nothing vouches for are not exported', () => {
  test.each<{ what: string; counting: Counting; says: RegExp }>([
    {
      what: 'a prompt of one token more',
      counting: { promptOff: 1 },
      says: /prompt makes (\d+) tokens.*counted (\d+)/,
    },
    { what: 'a reply of one token more', counting: { replyOff: 1 }, says: /reply makes (\d+) tokens.*counted (\d+)/ },
    { what: 'a reply of two fewer', counting: { replyOff: -2 }, says: /reply makes (\d+) tokens.*counted (\d+)/ },
    {
      what: 'a reply that was cut, and one token more',
      counting: { choice: { finish_reason: 'length' } },
      says: /reply makes (\d+) tokens.*counted (\d+)/,
    },
    { what: 'no counts', counting: { rest: { usage: undefined } }, says: /did not count.*the (\d+) made/ },
  ])('where the server says: $what', async ({ counting, says }) => {
    const { exported, store, folder, run } = await playedAt(hosted(counting));
    const failure = await failureOf(exported(tokenizerFolder()));
    const [first] = store.episodes(run.runId);
    expect(failure.code).toBe('uncertified');
    expect(failure.message).toContain(`${first?.episode_id}, turn 0: `);
    const [, made, counted] = says.exec(failure.message)!;
    expect(made).not.toBe(counted);
    expect(readdirSync(folder).filter((name) => /^rows\.jsonl(\.manifest\.json)?$/.test(name))).toEqual([]);
    store.close();
  });

  test('unless both exceptions are allowed by name', async () => {
    const { exported, store } = await playedAt(hosted());
    const { manifest, rows } = await exported(tokenizerFolder(), ['retokenized']);
    expect(rows).toEqual([]);
    expect(manifest.counts.left_out).toEqual({ 'no log-probabilities': 2 });
    const failure = await failureOf(exported(tokenizerFolder(), ['no-logprobs']));
    expect(failure).toMatchObject({ code: 'uncertified', message: expect.stringContaining('--allow retokenized') });
    store.close();
  });
});

describe('the folder', () => {
  const hello: Message[] = [{ role: 'user', content: 'Hello' }];
  const promptOf = (folder: string) => textOf(loadRetokenizer(folder).encodePrompt(hello));

  test('may hold its template in a file, which goes before the config, or under the name default', () => {
    const folder = tokenizerFolder({ chat_template: 'from the config' });
    writeFileSync(join(folder, 'chat_template.jinja'), 'from the file');
    expect(promptOf(folder)).toBe('from the file');
    const templates = ['tool_use', 'default'].map((name) => ({ name, template: `named ${name}` }));
    expect(promptOf(tokenizerFolder({ chat_template: templates }))).toBe('named default');
  });

  test('may write its special tokens as objects, or in a file of their own', () => {
    expect(loadRetokenizer(tokenizerFolder({ eos_token: { content: '<|im_end|>' } })).eosId).toBe(endId);
    const folder = tokenizerFolder({ eos_token: undefined, chat_template: '{{ eos_token }}' });
    expect(loadRetokenizer(folder).eosId).toBeNull();
    writeFileSync(join(folder, 'special_tokens_map.json'), JSON.stringify({ eos_token: { content: '<|im_end|>' } }));
    expect(loadRetokenizer(folder).eosId).toBe(endId);
    expect(promptOf(folder)).toBe(specialTokens[1]);
  });

  test.each<{ what: string; spoil: (folder: string) => void; says: RegExp }>([
    { what: 'no tokenizer.json', spoil: (folder) => rmSync(join(folder, 'tokenizer.json')), says: /tokenizer\.json/ },
    {
      what: 'a tokenizer.json that is no JSON',
      spoil: (folder) => writeFileSync(join(folder, 'tokenizer.json'), 'version https://git-lfs'),
      says: /tokenizer\.json cannot be used/,
    },
    {
      what: 'no template',
      spoil: (folder) => writeFileSync(join(folder, 'tokenizer_config.json'), '{}'),
      says: /has no chat template/,
    },
    {
      what: 'a template that refuses the messages',
      spoil: (folder) => writeFileSync(join(folder, 'chat_template.jinja'), "{{ raise_exception('no system role') }}"),
      says: /template of .*no system role/,
    },
  ])('with $what is an input error that names it', async ({ spoil, says }) => {
    const folder = tokenizerFolder();
    spoil(folder);
    const failure = await failureOf((async () => promptOf(folder))());
    expect(failure).toMatchObject({ code: 'input', message: expect.stringMatching(says) });
    expect(failure.message).toContain(folder);
  });

  test('is given to the command as --tokenizer', async () => {
    const { folder, store, spoken } = await playedAt(hosted());
    store.close();
    const args = ['export', 'bare', '--db', 'runs.db', '--out', 'rows.jsonl', '--tokenizer', tokenizerFolder()];
    const { code } = await entente([...args, '--allow', 'retokenized', 'no-logprobs'], { cwd: folder });
    expect(code).toBe(0);
    const lines = readFileSync(join(folder, 'rows.jsonl'), 'utf8').split('\n').filter(Boolean);
    const rows = lines.map((line) => JSON.parse(line) as Row);
    expect(rows.map(trainedText).join('')).toBe(`${speech}<|im_end|>`.repeat(spoken.length));
  });
});
