import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rehearse } from '../../src/chat/rehearsal/index.js';
import { addGenerate } from '../../src/cli/generate.js';
import { defaultSampling } from '../../src/domain/index.js';
import { loadPersonaPairs } from '../../src/scenarios/index.js';
import { emptyFolder, entente } from '../support/cli.js';
import { runCommand } from '../support/command.js';
import { aPair } from '../support/library.js';
import { completion, json, type Sent, serving, startMisbehavingServer } from '../support/misbehaving-server.js';

type Message = { role: 'system' | 'user'; content: string };

/** A server whose writer and rater answer as told; without an answer, as the rehearsal does. */
async function servingAnswers(answers: { writer?: unknown; rater?: unknown }): Promise<string> {
  const contentFor = ({ body }: Sent): string => {
    const messages = body['messages'] as Message[];
    const answer = /^# .* rater/.test(messages[0]?.content ?? '') ? answers.rater : answers.writer;
    if (answer !== undefined) return typeof answer === 'string' ? answer : JSON.stringify(answer);
    return rehearse({ messages, seed: body['seed'] as number, sampling: defaultSampling.speaking, wantTokens: false })
      .content;
  };
  const models = json(200, { object: 'list', data: [{ id: 'm', object: 'model' }] });
  const { url } = await startMisbehavingServer(
    serving(models, (response, sent) =>
      completion({ message: { role: 'assistant', content: contentFor(sent) } })(response, sent),
    ),
  );
  return url;
}

const askForThree = (what: 'dilemmas' | 'personas', url: string, out: string) => {
  return ['generate', what, '--count', '3', '--model', `m@${url}`, '--out', out];
};
const progress = /^\d+\/3 accepted after \d+ attempts\n/gm;

describe('a model that returns rubbish ends with one line that says why, and no rubbish in the file:', () => {
  test('prose', async () => {
    const url = await servingAnswers({ writer: 'Certainly! Here are two personas who disagree.' });
    const cwd = emptyFolder();
    const { code, stdout, stderr } = await entente(askForThree('personas', url, 'new.jsonl'), { cwd });
    expect(stderr.replace(progress, '')).toMatch(
      /^entente: the model gave 0 of 3 usable records in 24 attempts \(rejected: unreadable 24\); try .*\n$/,
    );
    expect([code, stdout, existsSync(join(cwd, 'new.jsonl'))]).toEqual([2, '', false]);
  });

  test('one-sided dilemmas', async () => {
    const url = await servingAnswers({ rater: { two_sided: 1, concrete: 5, reason: 'One is plainly right.' } });
    const out = join(emptyFolder(), 'new.jsonl');
    const { error, stdout, stderr } = await runCommand(addGenerate, askForThree('dilemmas', url, out));
    expect(error).toMatchObject({ code: 'input' });
    expect(error?.message).toMatch(/gave 0 of 3 usable records in 24 attempts \(rejected: one-sided \d+[^)]*\); try /);
    expect([stdout, stderr.replace(progress, ''), existsSync(out)]).toEqual(['', '', false]);
  });

  test('the same each time, which is taken once', async () => {
    const { id, tension, a, b } = aPair('fresh');
    const url = await servingAnswers({ writer: { id, tension, a, b } });
    const out = join(emptyFolder(), 'new.jsonl');
    const { error } = await runCommand(addGenerate, askForThree('personas', url, out));
    expect(error?.message).toMatch(/gave 1 of 3 usable records in 24 attempts \(rejected: tension 23\)/);
    expect(loadPersonaPairs([out])).toMatchObject([{ id, tension, a, b }]);
  });
});

describe('before a model is asked, one line refuses', () => {
  test.each([
    [['--count', '2.5'], /--count: "2\.5" is not a whole number/],
    [['--count', '0'], /--count: "0"/],
    [['--concurrency', '0.5'], /--concurrency: "0\.5"/],
    [['--max-tokens', 'lots'], /--max-tokens: "lots"/],
    [['--seed', 'abc'], /--seed: "abc"/],
    [['--min-rating', '6'], /--min-rating: "6" is not a mark from 1 to 5/],
    [['--domain', 'Two Words'], /--domain: "Two Words"/],
    [['--country', 'x'.repeat(81)], /--country: .*80/],
    [['--out', 'new.yaml'], /--out: "new\.yaml" must end in \.jsonl/],
    [['--out', 'no/such/folder/new.jsonl'], /--out: "no\/such\/folder\/new\.jsonl" cannot be written/],
  ])('%j', async (flags, message) => {
    const { url, sent } = await startMisbehavingServer(json(200, {}));
    const args = [...askForThree('dilemmas', url, join(emptyFolder(), 'new.jsonl')), ...flags];
    const { error, stdout, stderr } = await runCommand(addGenerate, args);
    expect(error).toMatchObject({ code: 'usage' });
    expect(error?.message).toMatch(message);
    expect([stdout, stderr, sent]).toEqual(['', '', []]);
  });
});
