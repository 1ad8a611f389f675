import { describe, expect, test } from 'vitest';
import type { ZodError } from 'zod';
import { type RunConfigInput, resolveConfig, runConfigSchema } from '../../src/domain/config.js';
import { everyRole, judgesOf } from '../../src/domain/role.js';
import { samplingSchema } from '../../src/domain/sampling.js';

function problemOf(input: object): string | null {
  try {
    resolveConfig(input);
    return null;
  } catch (error) {
    return (error as ZodError).issues[0]?.path.join('.') ?? null;
  }
}

describe('a config with every choice made', () => {
  test('follows the paper where the user said nothing: 7 rounds, two turns, groups of 8, its sampling', () => {
    const { name, config } = resolveConfig({});
    expect(name).toBeNull();
    expect(config).toMatchObject({ protocol: 'deliberation', mode: 'train', learner: 'A' });
    expect(config).toMatchObject({ max_rounds: 7, window: 2, group_size: 8 });
    expect(config.roles.policy).toMatchObject({ model: 'rehearsal', sampling: { temperature: 0.7, top_p: 0.95 } });
    expect(config.roles.opponent.sampling).toEqual(config.roles.policy.sampling);
    expect(config.roles.judge.sampling).toMatchObject({ temperature: 0, top_p: 1 });
    expect(config.roles.scorer.sampling).toEqual(config.roles.judge.sampling);
    expect(config.completion).toMatchObject({ temperature: 0.1, top_p: 0.95 });
  });

  test('leaves no sampling field to a server’s default', () => {
    const { config } = resolveConfig({ policy: { model: 'm', temperature: 1 }, completion: { top_k: 5 } });
    const samplings = [...Object.values(config.roles).map(({ sampling }) => sampling), config.completion];
    expect(samplings).toHaveLength(5);
    for (const sampling of samplings) expect(samplingSchema.safeParse(sampling).success).toBe(true);
    expect(config.roles.policy.sampling).toMatchObject({ temperature: 1, top_p: 0.95 });
    expect(config.completion).toMatchObject({ temperature: 0.1, top_k: 5 });
  });

  test('gives the opponent the policy as it is, and judge and scorer its model, key and deadline, but not its sampling', () => {
    const policy = { model: 'm@http://h/v1', api_key_env: 'POLICY_KEY', timeout_s: 9, temperature: 1.2 };
    const { roles } = resolveConfig({ policy }).config;
    expect(roles.opponent).toEqual(roles.policy);
    for (const role of [roles.judge, roles.scorer]) {
      expect(role).toMatchObject({ model: 'm@http://h/v1', api_key_env: 'POLICY_KEY', timeout_s: 9 });
      expect(role.sampling.temperature).toBe(0);
    }
  });

  test('never sends the policy’s key along to a role that names another model', () => {
    const policy = { model: 'm', api_key_env: 'POLICY_KEY' };
    const { roles } = resolveConfig({
      policy,
      opponent: 'o',
      judge: 'j',
      scorer: { model: 's', temperature: 0.5 },
    }).config;
    expect([roles.opponent, roles.judge, roles.scorer].map(({ model, api_key_env }) => [model, api_key_env])).toEqual([
      ['o', null],
      ['j', null],
      ['s', null],
    ]);
    expect(roles.opponent.sampling.temperature).toBe(0.7);
    expect(roles.scorer.sampling).toMatchObject({ temperature: 0.5, top_p: 1 });
  });

  test('survives being written to the database and read back', () => {
    const { config } = resolveConfig({ window: 'all', prices: { m: { prompt: 0.1, completion: 0.2 } }, max_usd: 2 });
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  });
});

describe('what the schema refuses, naming the key', () => {
  test.each([
    ['a role’s unknown key', { policy: { model: 'm', temprature: 1 } }, 'policy'],
    [
      'a key where the name of a variable belongs',
      { policy: { model: 'm', api_key_env: 'sk-abc' } },
      'policy.api_key_env',
    ],
    ['an empty model', { judge: '' }, 'judge.model'],
    ['no rounds', { max_rounds: 0 }, 'max_rounds'],
    ['half a round', { max_rounds: 1.5 }, 'max_rounds'],
    ['a window of nothing', { window: 0 }, 'window'],
    ['a group of nobody', { group_size: 0 }, 'group_size'],
    ['a negative seed', { seed: -1 }, 'seed'],
    ['a seat that is not there', { learner: 'C' }, 'learner'],
    ['a temperature over 2', { scorer: { model: 'm', temperature: 2.1 } }, 'scorer.temperature'],
    ['a name with blanks', { name: 'My Run' }, 'name'],
    ['a budget of nothing', { max_tokens_total: 0 }, 'max_tokens_total'],
  ])('%s', (_name, input, key) => {
    expect(problemOf(input)).toBe(key);
  });

  test('a key it does not know', () => {
    expect(runConfigSchema.safeParse({ max_round: 3 }).error?.issues[0]).toMatchObject({
      code: 'unrecognized_keys',
      keys: ['max_round'],
    });
  });
});

describe('a panel', () => {
  test('may be written as a model, as a judge, or as a list of either', () => {
    const panelOf = (scorer: RunConfigInput['scorer']) => {
      const role = resolveConfig({ scorer }).config.roles.scorer;
      return judgesOf(role).map(({ model, samples, reduce, sampling }) => [
        model,
        samples,
        reduce,
        sampling.temperature,
      ]);
    };
    expect(panelOf('m')).toEqual([['m', 1, 'mean', 0]]);
    expect(panelOf({ model: 'm', samples: 3, reduce: 'median' })).toEqual([['m', 3, 'median', 1]]);
    expect(panelOf(['m', { model: 'n', samples: 2, temperature: 0.4 }])).toEqual([
      ['m', 1, 'mean', 0],
      ['n', 2, 'mean', 0.4],
    ]);
  });

  test('has every model of it under a name of its own', () => {
    const { roles } = resolveConfig({ policy: 'p', judge: ['j', 'k'], scorer: ['s', 't', 'u'] }).config;
    expect(Object.entries(everyRole(roles)).map(([name, { model }]) => `${name} ${model}`)).toEqual([
      ...['policy p', 'opponent p', 'judge j', 'scorer s', 'judge[1] k', 'scorer[1] t', 'scorer[2] u'],
    ]);
  });

  test('is complained of by place where a list was written', () => {
    expect(problemOf({ judge: ['j', { model: 'k', samples: 65 }] })).toBe('judge.1.samples');
    expect(problemOf({ judge: [] })).toBe('judge');
  });
});
