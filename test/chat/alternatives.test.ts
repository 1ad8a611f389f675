/** Alternatives to the tokens of a reply: asked for by judges, never at the policy's expense. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRehearsalModel, startMockServer } from '../../src/chat/index.js';
import { resolveConfig } from '../../src/domain/index.js';
import { connectScorers, gradeCompletion } from '../../src/judging/index.js';
import { aRequest, modelAt } from '../support/chat.js';
import { completion, fault, startMisbehavingServer } from '../support/misbehaving-server.js';
import { listener, measurer } from '../support/small-scenario.js';

const entry = (token: string, ...top: [string, number][]) => ({
  ...{ token, logprob: -0.1 },
  top_logprobs: top.map(([each, logprob]) => ({ token: each, logprob })),
});

describe('alternatives', () => {
  test('are asked for by number, and come back as the server told them', async () => {
    const server = await startMisbehavingServer(
      completion({ logprobs: { content: [entry('4', ['4', -0.1], ['5', -2.5]), entry('}')] } }),
    );
    const { choices } = await modelAt(server.url).complete(aRequest({ alternatives: 7 }));
    expect(server.sent[0]?.body).toMatchObject({ logprobs: true, top_logprobs: 7 });
    expect(choices).toEqual([
      {
        token: '4',
        alternatives: [
          { token: '4', logprob: -0.1 },
          { token: '5', logprob: -2.5 },
        ],
      },
      { token: '}', alternatives: [] },
    ]);
  });

  test.each([
    ['nothing of the kind', {}],
    ['log-probabilities alone', { logprobs: { content: [{ token: '4', logprob: -0.1 }] } }],
    ['empty lists', { logprobs: { content: [entry('4')] } }],
  ])('are absent where the server gives %s, and where nobody asked', async (_name, choice) => {
    const server = await startMisbehavingServer(completion(choice));
    expect(await modelAt(server.url).complete(aRequest({ alternatives: 7 }))).not.toHaveProperty('choices');
    expect(await modelAt(server.url).complete(aRequest())).not.toHaveProperty('choices');
  });

  test('that a server refuses are not asked for again, and the policy keeps its log-probabilities', async () => {
    const server = await startMisbehavingServer((response, sent) =>
      (Number(sent.body['top_logprobs'] ?? 0) > 5 ? fault(400, 'top_logprobs: at most 5; logprobs') : completion())(
        response,
        sent,
      ),
    );
    const model = modelAt(server.url);
    await model.complete(aRequest({ alternatives: 7 }));
    await model.complete(aRequest({ alternatives: 7 }));
    await model.complete(aRequest({ wantTokens: true }));
    expect(server.sent.map(({ body }) => [body['logprobs'], body['top_logprobs']])).toEqual([
      [true, 7],
      [undefined, undefined],
      [undefined, undefined],
      [true, 0],
    ]);
  });
});

describe('the rehearsal', () => {
  const subject = {
    dilemma: 'The two sisters share the old mill.',
    personas: { A: measurer, B: listener },
    completion: 'This is what we will do: (1) measure what the mill comes to and show everybody the figures by Friday.',
  };
  const gradeWith = async (scorer: object, over: 'process' | 'http') => {
    const { config } = resolveConfig({ scorer: { model: 'm', ...scorer }, scorer_method: 'decomposed' });
    const server = await startMockServer({ port: 0 });
    onTestFinished(() => server.close());
    const model = over === 'http' ? modelAt(server.url) : createRehearsalModel();
    const scorers = connectScorers(config.roles.scorer, model, config);
    let seed = 0;
    return gradeCompletion(scorers, subject, () => (_asking, make) => make(++seed));
  };

  test('gives the same expected scores in this process and over HTTP', async () => {
    const [here, there] = [
      await gradeWith({ expected_score: true }, 'process'),
      await gradeWith({ expected_score: true }, 'http'),
    ];
    expect([there.ca, there.utilities]).toEqual([here.ca, here.utilities]);
    const detail = here.verdicts[0]?.said.judges[0]?.verdicts[0]?.detail;
    expect(detail).toMatchObject({ overall: 2, expected: expect.closeTo(2, 9), mass: expect.closeTo(1, 9) });
  });

  test('is sure of a score when it is greedy, and wavers by a point at most when it is sampled', async () => {
    const scores = async (temperature: number) => {
      const { ca, verdicts } = await gradeWith({ samples: 40, temperature }, 'process');
      const values = verdicts[0]?.said.judges[0]?.verdicts.map(({ value }) => value ?? Number.NaN) ?? [];
      return { mean: ca?.overall ?? Number.NaN, distinct: [...new Set(values)].sort() };
    };
    expect(await scores(0)).toEqual({ mean: 2, distinct: [2] });
    const sampled = await scores(1);
    expect(sampled.distinct).toEqual([1, 2, 3]);
    expect(Math.abs(sampled.mean - 2)).toBeLessThan(0.5);
  });
});
