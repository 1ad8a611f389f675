import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Environment, keyForRole, parseModelSpec } from '../../src/chat/spec.js';
import { type RoleName, type RunConfigInput, resolveConfig, roleNames } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';

const openai = 'https://api.openai.com/v1';

function usageErrorOf(work: () => unknown): EntenteError {
  try {
    work();
  } catch (error) {
    if (error instanceof EntenteError && error.code === 'usage') return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('a model spec', () => {
  test.each([
    { spec: 'm@http://host:8000/v1', model: 'm', baseUrl: 'http://host:8000/v1' },
    { spec: 'm@http://host:8000', model: 'm', baseUrl: 'http://host:8000/v1' },
    { spec: 'm@http://host:8000/', model: 'm', baseUrl: 'http://host:8000/v1' },
    { spec: 'm@http://host:8000/v1///', model: 'm', baseUrl: 'http://host:8000/v1' },
    { spec: 'm@https://host/api/v3', model: 'm', baseUrl: 'https://host/api/v3' },
    { spec: 'm@https://HOST:443/v1', model: 'm', baseUrl: 'https://host/v1' },
    { spec: 'm@http://[::1]:8000', model: 'm', baseUrl: 'http://[::1]:8000/v1' },
    { spec: 'Qwen/Qwen3-14B:latest@http://host', model: 'Qwen/Qwen3-14B:latest', baseUrl: 'http://host/v1' },
    { spec: 'model@v2@http://host', model: 'model@v2', baseUrl: 'http://host/v1' },
    { spec: 'rehearsal@http://host', model: 'rehearsal', baseUrl: 'http://host/v1' },
    { spec: 'gpt-4o-mini', model: 'gpt-4o-mini', baseUrl: openai },
  ])('$spec is $model at $baseUrl', ({ spec, model, baseUrl }) => {
    expect(parseModelSpec(spec, {})).toEqual({ kind: 'openai', model, baseUrls: [baseUrl] });
  });

  test('rehearsal is the rehearsal, whatever the environment', () => {
    expect(parseModelSpec('rehearsal', { OPENAI_BASE_URL: 'http://host/v1' })).toEqual({ kind: 'rehearsal' });
  });

  test.each([
    { given: 'http://host:9', baseUrl: 'http://host:9/v1' },
    { given: 'http://host:9/v1/', baseUrl: 'http://host:9/v1' },
    { given: '', baseUrl: openai },
  ])('a bare model is at OPENAI_BASE_URL=$given', ({ given, baseUrl }) => {
    expect(parseModelSpec('m', { OPENAI_BASE_URL: given })).toMatchObject({ model: 'm', baseUrls: [baseUrl] });
    expect(parseModelSpec('m@http://own', { OPENAI_BASE_URL: given })).toMatchObject({ baseUrls: ['http://own/v1'] });
  });

  test.each([
    { what: 'a URL without a model', spec: 'http://host/v1', says: 'MODEL@BASE_URL' },
    { what: 'nothing before the @', spec: '@http://host/v1', says: 'no model name' },
    { what: 'blanks before the @', spec: '  @http://host/v1', says: 'no model name' },
    { what: 'nothing at all', spec: '', says: 'no model name' },
    { what: 'another protocol', spec: 'm@ftp://host/v1', says: 'MODEL@BASE_URL' },
    { what: 'half a URL', spec: 'm@http://', says: 'is not a URL' },
    { what: 'a key in the URL', spec: 'm@https://me:secret@host/v1', says: 'keys do not go into a URL' },
  ])('$what is a usage error', ({ spec, says }) => {
    expect(usageErrorOf(() => parseModelSpec(spec, {})).message).toContain(says);
  });

  test('a broken OPENAI_BASE_URL is a usage error', () => {
    expect(usageErrorOf(() => parseModelSpec('m', { OPENAI_BASE_URL: 'host:9' })).message).toContain('host:9');
  });
});

test('several base URLs, joined by commas, are replicas, each once', () => {
  expect(parseModelSpec('m@http://a:1,http://b:2/v1,http://a:1/v1/', {})).toEqual({
    ...{ kind: 'openai', model: 'm', baseUrls: ['http://a:1/v1', 'http://b:2/v1'] },
  });
  expect(usageErrorOf(() => parseModelSpec('m@http://a,b:2', {})).message).toContain('"b:2" is not a URL');
});

const at = (url: string) => `m@${url}`;
const [one, two] = ['http://one/v1', 'http://two/v1'];

/** The key that each role gets: policy, opponent, judge, scorer. */
function keysOf(config: RunConfigInput, env: Environment): (string | null)[] {
  const { roles } = resolveConfig(config).config;
  return roleNames.map((name) => keyForRole(name, roles, env));
}

describe('OPENAI_API_KEY goes to one server', () => {
  const key = 'K';
  const env = { OPENAI_API_KEY: key };

  test.each<{ to: string; config: RunConfigInput; env?: Environment; keys: (string | null)[] }>([
    { to: 'the one that all roles share', config: { policy: at(one) }, keys: [key, key, key, key] },
    {
      to: 'that one, however its URL is spelt',
      config: { policy: at(one), judge: at('http://ONE:80') },
      keys: [key, key, key, key],
    },
    {
      to: 'that one, beside a rehearsal',
      config: { policy: at(one), judge: 'rehearsal' },
      keys: [key, key, null, key],
    },
    { to: 'none of two', config: { policy: at(one), judge: at(two) }, keys: [null, null, null, null] },
    { to: 'OpenAI, where a role is there', config: { policy: at(one), judge: 'gpt' }, keys: [null, null, key, null] },
    {
      to: 'OpenAI, where its URL is written out',
      config: { policy: at(one), judge: at(openai) },
      keys: [null, null, key, null],
    },
    {
      to: 'OPENAI_BASE_URL, where that is set',
      config: { policy: 'm', judge: at(two) },
      env: { OPENAI_BASE_URL: 'http://one' },
      keys: [key, key, null, key],
    },
    {
      to: 'OPENAI_BASE_URL, not OpenAI',
      config: { policy: 'm', judge: at(openai) },
      env: { OPENAI_BASE_URL: one },
      keys: [key, key, null, key],
    },
    {
      to: 'nobody, where no role is at OPENAI_BASE_URL',
      config: { policy: at(two) },
      env: { OPENAI_BASE_URL: one },
      keys: [null, null, null, null],
    },
    {
      to: 'OpenAI, where that role names it, and not to the server of the others too',
      config: { policy: at(one), judge: { model: 'gpt', api_key_env: 'OPENAI_API_KEY' }, scorer: at(one) },
      keys: [null, null, key, null],
    },
    {
      to: 'the server that names it, and to no other',
      config: { policy: at(one), judge: { model: at(two), api_key_env: 'OPENAI_API_KEY' }, scorer: at(one) },
      keys: [null, null, key, null],
    },
    {
      to: 'nobody, where it is empty',
      config: { policy: 'm' },
      env: { OPENAI_API_KEY: '' },
      keys: [null, null, null, null],
    },
    { to: 'no rehearsal', config: {}, keys: [null, null, null, null] },
  ])('$to', ({ config, env: more, keys }) => {
    expect(keysOf(config, { ...env, ...more })).toEqual(keys);
  });

  test('whatever the roles are, and to another only where a role there names it', () => {
    const role = fc.record({
      model: fc.constantFrom('rehearsal', 'gpt', at(one), at(two), at(openai), at(`${one},${two}`)),
      api_key_env: fc.constantFrom(undefined, undefined, 'OTHER_KEY', 'OPENAI_API_KEY'),
    });
    const config = fc.record({ policy: role, opponent: role, judge: role, scorer: role });
    const base = fc.constantFrom(undefined, one, openai);
    fc.assert(
      fc.property(config, base, (roles, OPENAI_BASE_URL) => {
        const input = Object.fromEntries(
          Object.entries(roles).map(([name, { model, api_key_env }]) => [
            name,
            api_key_env === undefined ? { model } : { model, api_key_env },
          ]),
        );
        const all = { ...env, OTHER_KEY: 'O', OPENAI_BASE_URL };
        const keys = keysOf(input, all);
        const reached = new Set<string>();
        for (const [index, name] of roleNames.entries()) {
          const { model, api_key_env } = roles[name as RoleName];
          const spec = parseModelSpec(model, all);
          if (spec.kind === 'rehearsal') expect(keys[index]).toBeNull();
          else if (api_key_env !== undefined) expect(keys[index]).toBe(api_key_env === 'OTHER_KEY' ? 'O' : key);
          else if (keys[index] !== null) for (const url of spec.baseUrls) reached.add(url);
        }
        expect(reached.size).toBeLessThanOrEqual(1);
        const [owner] = reached;
        if (owner === undefined || owner === openai || OPENAI_BASE_URL !== undefined) return;
        for (const { model } of Object.values(roles)) expect(['rehearsal', at(owner)]).toContain(model);
      }),
      { seed: 23, numRuns: 300 },
    );
  });
});

describe("a role's own api_key_env", () => {
  const judge = { model: at(two), api_key_env: 'JUDGE_KEY' };

  test('goes to that role only', () => {
    expect(keysOf({ policy: at(one), judge }, { JUDGE_KEY: 'J' })).toEqual([null, null, 'J', null]);
  });

  test("is inherited with the policy's model, and not by a role of another model", () => {
    const policy = { model: at(one), api_key_env: 'POLICY_KEY' };
    expect(keysOf({ policy, scorer: at(two) }, { POLICY_KEY: 'P' })).toEqual(['P', 'P', 'P', null]);
  });

  test.each([{}, { JUDGE_KEY: '' }])('is a usage error where the variable is not set: %j', (env) => {
    const { message } = usageErrorOf(() => keysOf({ policy: at(one), judge }, env));
    expect(message).toBe('judge: the environment variable JUDGE_KEY is not set.');
  });

  test('is never asked for by a rehearsal', () => {
    expect(keysOf({ judge: { model: 'rehearsal', api_key_env: 'JUDGE_KEY' } }, {})).toEqual([null, null, null, null]);
  });
});
