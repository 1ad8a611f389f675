import { expect, test } from 'vitest';
import { planEvaluation } from '../../src/compare/index.js';
import { decodingOf, parseEvalConfig } from '../../src/domain/index.js';

const models = ['x', 'y', 'z'].map((name) => ({ name, model: `${name}@http://h/v1`, temperature: 0.9 }));
const plan = planEvaluation(parseEvalConfig({ models, judge: 'j@http://h/v1', tasks: 5, samples: 2 }));

test('every model is played on both sets, greedy and sampled, deliberating and alone', () => {
  expect(plan.runs).toHaveLength(3 * 2 * 2 * 2);
  expect(new Set(plan.runs.map(({ name }) => name)).size).toBe(24);
  for (const { name, set, decoding, protocol, config } of plan.runs) {
    expect(name).toMatch(new RegExp(`^eval-[xyz]-${set}-${decoding}-${protocol}$`));
    expect(config).toMatchObject({ mode: 'eval', split: `eval-${set}`, groups: 5, group_size: 2, protocol });
    expect(decodingOf(config)).toBe(decoding);
    expect(config.roles.scorer.model).toBe('j@http://h/v1');
  }
});

test('who answers alone is sampled as it would speak', () => {
  const sampled = plan.runs.filter(({ decoding }) => decoding === 'sampled');
  const heat = (protocol: string) =>
    new Set(sampled.filter((run) => run.protocol === protocol).map(({ config }) => config.completion.temperature));
  expect([heat('solo'), heat('deliberation')]).toEqual([new Set([0.9]), new Set([0.1])]);
});

test('each model meets its own single agent and every other model by the same protocol, on the same tasks', () => {
  const met = plan.pairs
    .filter(({ set, decoding }) => set === 'open' && decoding === 'greedy')
    .map(({ kind, a, b }) => `${kind} ${a.model} ${a.protocol} ${b.model} ${b.protocol}`);
  const contests = ['x y', 'x z', 'y z'].flatMap((two) => {
    const [one, other] = two.split(' ');
    return ['deliberation', 'solo'].map((protocol) => `models ${one} ${protocol} ${other} ${protocol}`);
  });
  const baselines = ['x', 'y', 'z'].map((model) => `baseline ${model} deliberation ${model} solo`);
  expect(met.sort()).toEqual([...baselines, ...contests].sort());
  for (const { a, b, set, decoding } of plan.pairs) {
    expect([a.set, b.set, a.decoding, b.decoding]).toEqual([set, set, decoding, decoding]);
    expect(a.config.seed).toBe(b.config.seed);
  }
});
