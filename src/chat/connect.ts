/**
 * From the roles of a config to models that can be called: one client per server, key and deadline, shared by roles, and
 * one limit per server, shared by all that call it.
 */
import { everyRole, judgesOf, type RoleName, type Roles, roleNames } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { createLimit, type Limit } from './limit.js';
import type { ChatModel } from './model.js';
import { createOpenAIModel } from './openai.js';
import { createRehearsalModel } from './rehearsal/index.js';
import { createReplicas, type Replicas } from './replicas.js';
import { type Environment, keyForRole, type ModelSpec, parseModelSpec } from './spec.js';
import { createTransport } from './transport.js';

export interface Connections {
  models: Record<RoleName, ChatModel>;
  /** All judges of each judging role, the first one first. */
  panels: Record<'judge' | 'scorer', readonly ChatModel[]>;
  /** What the servers are given at the moment, summed over them; null where no server is called. */
  pressure(): { current: number; ceiling: number; away: number } | null;
  /** Asks each distinct model once; throws `endpoint` before a run starts rather than after ten thousand retries. */
  preflight(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** The most calls at a time, and sockets, for each server. */
  connections: number;
  /** Put around each distinct model, outside its limit. */
  wrap?: (model: ChatModel) => ChatModel;
}

/** Throws `usage` where a spec is malformed or a named key is not in the environment. */
export function connectRoles(
  roles: Roles,
  env: Environment,
  { connections, wrap = (model) => model }: ConnectOptions,
): Connections {
  const transport = createTransport(connections);
  const distinct = new Map<string, ChatModel>();
  const limits = new Map<string, Limit>();
  const replicated: Replicas[] = [];

  const every = everyRole(roles);
  function connect(name: keyof typeof every): ChatModel {
    const role = every[name];
    if (role === undefined) throw new EntenteError('internal', `no role "${name}"`);
    const spec = parseModelSpec(role.model, env);
    if (spec.kind === 'rehearsal') return remember('rehearsal', createRehearsalModel);
    const apiKey = keyForRole(name, every, env);
    const timeoutMs = role.timeout_s * 1000;
    return remember(JSON.stringify([spec, apiKey, timeoutMs]), () => modelOn(spec, apiKey, timeoutMs));
  }

  function modelOn(spec: Extract<ModelSpec, { kind: 'openai' }>, apiKey: string | null, timeoutMs: number): ChatModel {
    const on = (baseUrl: string) =>
      limitOf(baseUrl).over(createOpenAIModel({ model: spec.model, baseUrl, apiKey, timeoutMs, transport }));
    const [first, ...others] = spec.baseUrls;
    if (others.length === 0) return on(first);
    const replicas = createReplicas([on(first), ...others.map(on)]);
    replicated.push(replicas);
    return replicas;
  }

  function limitOf(baseUrl: string): Limit {
    const limit = limits.get(baseUrl) ?? createLimit(connections);
    limits.set(baseUrl, limit);
    return limit;
  }

  function remember(key: string, create: () => ChatModel): ChatModel {
    const model = distinct.get(key) ?? wrap(create());
    distinct.set(key, model);
    return model;
  }

  const models = Object.fromEntries(roleNames.map((name) => [name, connect(name)])) as Record<RoleName, ChatModel>;
  const panel = (name: 'judge' | 'scorer') =>
    judgesOf(roles[name]).map((_, index) => connect(index === 0 ? name : `${name}[${index}]`));
  return {
    models,
    panels: { judge: panel('judge'), scorer: panel('scorer') },
    pressure: () => {
      if (limits.size === 0) return null;
      const sum = (part: 'current' | 'ceiling') =>
        [...limits.values()].reduce((total, limit) => total + limit[part], 0);
      const away = new Set(replicated.flatMap((replicas) => replicas.away())).size;
      return { current: sum('current'), ceiling: sum('ceiling'), away };
    },
    preflight: async (signal) => {
      await Promise.all([...distinct.values()].map((model) => model.preflight?.(signal)));
    },
    close: () => {
      for (const limit of limits.values()) limit.close();
      return transport.close();
    },
  };
}
