/**
 * All models of an evaluation, connected at once: one limit per server and one budget for everything, and a default key
 * that goes to one server of the whole evaluation only.
 */
import {
  connectModels,
  costOf,
  createBudget,
  type ModelConnections,
  modelsOfRoles,
  type Spending,
  withRetries,
} from '../chat/index.js';
import { type EvaluationPlan, judgeNumbers, type PlannedRun, questionsOn } from '../compare/index.js';
import { type EvalConfig, everyRole, type Role, type RunConfig, resolveConfig } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { RunRecord, Store } from '../store/index.js';

/** The pairwise judge, resolved. */
export function pairwiseRole({ judge, pairwise }: EvalConfig): Role {
  return resolveConfig({ judge: pairwise ?? judge }).config.roles.judge;
}

export function connectEvaluation(config: EvalConfig, plan: EvaluationPlan, spent: Spending) {
  const roles: Record<string, Role> = { pairwise: pairwiseRole(config) };
  for (const { model, config: run } of plan.runs)
    for (const [name, role] of Object.entries(everyRole(run.roles))) roles[`${model} ${name}`] = role;
  requirePrices(config, roles);
  const { max_tokens_total, max_usd, prices, max_retries, concurrency } = config;
  const limits = { maxTokens: max_tokens_total ?? null, maxUsd: max_usd ?? null };
  const budget = createBudget({ ...limits, prices, spent });
  const retries = new Map<string, number>();
  const onRetry = ({ code, status }: EntenteError) => {
    const cause = status === null ? code.replace('_', ' ') : String(status);
    retries.set(cause, (retries.get(cause) ?? 0) + 1);
  };
  const connections = connectModels(roles, process.env, {
    connections: concurrency,
    wrap: (model) => budget.over(withRetries(model, { maxRetries: max_retries, random: Math.random, onRetry })),
  });
  return { budget, retries, connections };
}

/** The models at the table of one run. */
export function modelsOf({ model }: ModelConnections, planned: PlannedRun) {
  const { models, panels } = modelsOfRoles(planned.config.roles, (role) => model(`${planned.model} ${role}`));
  return { ...models, ...panels };
}

/** What the runs and comparisons of the evaluation have taken so far. */
export function spentBefore(store: Store, config: EvalConfig, runs: readonly RunRecord[]): Spending {
  const { model, sampling } = pairwiseRole(config);
  const judges = judgeNumbers(store, questionsOn('conflict'), modelName(model), sampling);
  const used = [
    ...runs.flatMap(({ runId }) => store.usage(runId)),
    ...store.pairwiseUsage(runs, { judges, seed: config.seed }),
  ];
  return used
    .map((usage) => {
      const reply = { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens };
      return costOf(reply, config.prices[usage.model]);
    })
    .reduce((sum, cost) => ({ tokens: sum.tokens + cost.tokens, usd: sum.usd + cost.usd }), { tokens: 0, usd: 0 });
}

function requirePrices({ max_usd, prices }: EvalConfig, roles: Readonly<Record<string, Role>>): void {
  if (max_usd === undefined) return;
  const names = Object.values(roles).map(({ model }) => modelName(model));
  const unpriced = names.find((name) => name !== 'rehearsal' && prices[name] === undefined);
  if (unpriced !== undefined)
    throw new EntenteError('usage', `max_usd needs a price for "${unpriced}"; give it under "prices" in the config.`);
}

/** A spec without its servers. */
export function modelName(spec: string): string {
  return spec.replace(/@https?:\/\/.*$/, '');
}

/** Where servers are, and how hard they are pressed: it may change when a run is resumed. */
const circumstances = new Set([
  ...['concurrency', 'max_retries', 'max_failures', 'max_tokens_total', 'max_usd', 'prices'],
  ...['api_key_env', 'timeout_s'],
]);

/** What decides the episodes of a run, as text to compare. */
export function decisiveConfig(config: RunConfig): string {
  return JSON.stringify(config, (key, value: unknown) => {
    if (circumstances.has(key)) return undefined;
    return key === 'model' && typeof value === 'string' ? modelName(value) : value;
  });
}
