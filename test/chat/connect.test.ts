import { describe, expect, onTestFinished, test } from 'vitest';
import { type ChatModel, connectRoles, createBudget, withRetries } from '../../src/chat/index.js';
import { type RunConfigInput, resolveConfig } from '../../src/domain/index.js';
import { aRequest, failureOf } from '../support/chat.js';
import { completion, deadUrl, json, serving, startMisbehavingServer } from '../support/misbehaving-server.js';

const listing = json(200, { data: [{ id: 'm' }] });

function connect(input: RunConfigInput, env = {}, wrap?: (model: ChatModel) => ChatModel) {
  const connections = connectRoles(resolveConfig(input).config.roles, env, {
    connections: 4,
    ...(wrap === undefined ? {} : { wrap }),
  });
  onTestFinished(() => connections.close());
  return connections;
}

describe('roles that mean the same model', () => {
  test('share it, so that what one learns of the server holds for all', async () => {
    const refusing = serving(listing, (response, sent) =>
      ('top_k' in sent.body ? json(400, { error: { message: 'top_k?' } }) : completion())(response, sent),
    );
    const server = await startMisbehavingServer(refusing);
    const { models } = connect({ policy: `m@${server.url}`, judge: `m@${server.url}/` });
    for (const model of Object.values(models)) await model.complete(aRequest());
    expect(server.sent).toHaveLength(5);
  });

  test('are wrapped once', () => {
    const wrapped: string[] = [];
    const wrap = (model: ChatModel) => {
      wrapped.push(`${model.name} @ ${model.baseUrl}`);
      return model;
    };
    connect({ policy: 'm@http://a', judge: 'j@http://a', scorer: 'rehearsal' }, {}, wrap);
    expect(wrapped).toEqual(['m @ http://a/v1', 'j @ http://a/v1', 'rehearsal @ null']);
  });

  test('are told apart by model, server, key and deadline', () => {
    const { models } = connect(
      {
        policy: { model: 'm@http://a', timeout_s: 5 },
        opponent: { model: 'm@http://a', timeout_s: 6 },
        judge: { model: 'm@http://a', timeout_s: 5, api_key_env: 'KEY' },
        scorer: { model: 'm@http://a', timeout_s: 5, temperature: 1 },
      },
      { KEY: 'k' },
    );
    expect(new Set(Object.values(models)).size).toBe(3);
    expect(models.scorer).toBe(models.policy);
  });
});

test('every judge of a panel is connected and asked before the run, each with its own key', async () => {
  const server = await startMisbehavingServer(serving(json(200, { data: [{ id: 'm' }, { id: 'j' }] }), completion()));
  const judge = [`m@${server.url}`, { model: `j@${server.url}`, api_key_env: 'SECOND' }];
  const connections = connect({ policy: `m@${server.url}`, judge }, { OPENAI_API_KEY: 'first', SECOND: 'second' });
  expect(connections.panels.judge.map(({ name }) => name)).toEqual(['m', 'j']);
  expect(connections.panels.judge[0]).toBe(connections.models.judge);
  await connections.preflight();
  expect(server.sent.map(({ headers }) => headers.authorization).sort()).toEqual(['Bearer first', 'Bearer second']);
});

describe('preflight', () => {
  test('asks each model once', async () => {
    const server = await startMisbehavingServer(serving(json(200, { data: [{ id: 'm' }, { id: 'j' }] }), completion()));
    await connect({ policy: `m@${server.url}`, judge: `j@${server.url}` }).preflight();
    expect(server.sent.map(({ path }) => path)).toEqual(['/v1/models', '/v1/models']);
  });

  test('stops the run where one of them cannot be reached', async () => {
    const server = await startMisbehavingServer(listing);
    const connections = connect({ policy: `m@${server.url}`, scorer: `s@${await deadUrl()}` });
    expect((await failureOf(connections.preflight())).code).toBe('endpoint');
  });

  test('asks nobody where all is rehearsal', async () => {
    await expect(connect({}).preflight()).resolves.toBeUndefined();
  });

  test('reaches through the budget and the retries of a run', async () => {
    const server = await startMisbehavingServer(listing);
    const budget = createBudget({ maxTokens: 1, maxUsd: null, prices: {}, spent: { tokens: 0, usd: 0 } });
    const wrap = (model: ChatModel) => budget.over(withRetries(model, { maxRetries: 1, random: () => 0 }));
    await connect({ policy: `m@${server.url}` }, {}, wrap).preflight();
    expect(server.sent).toHaveLength(1);
  });
});

test('the deadline of a role holds for its calls', async () => {
  const server = await startMisbehavingServer(() => {});
  const { models } = connect({ policy: { model: `m@${server.url}`, timeout_s: 0.05 } });
  expect(await failureOf(models.policy.complete(aRequest()))).toMatchObject({
    code: 'timeout',
    message: `m @ ${server.url}: no full answer within 0.05 s`,
  });
});
