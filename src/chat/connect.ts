/** From the roles of a config to models that can be called: one client per server, key and deadline, shared by roles. */
import { everyRole, judgesOf, type RoleName, type Roles, roleNames } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { ChatModel } from './model.js';
import { createRehearsalModel } from './rehearsal/index.js';
import { createServers, type Pressure } from './servers.js';
import { type Environment, keyForRole, parseModelSpec } from './spec.js';

export interface Connections {
  models: Record<RoleName, ChatModel>;
  /** All judges of each judging role, the first one first. */
  panels: Record<'judge' | 'scorer', readonly ChatModel[]>;
  /** Null where no server is called. */
  pressure(): Pressure | null;
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
  const servers = createServers(connections);
  const distinct = new Map<string, ChatModel>();

  const every = everyRole(roles);
  function connect(name: keyof typeof every): ChatModel {
    const role = every[name];
    if (role === undefined) throw new EntenteError('internal', `no role "${name}"`);
    const spec = parseModelSpec(role.model, env);
    if (spec.kind === 'rehearsal') return remember('rehearsal', createRehearsalModel);
    const apiKey = keyForRole(name, every, env);
    const timeoutMs = role.timeout_s * 1000;
    return remember(JSON.stringify([spec, apiKey, timeoutMs]), () => servers.model(spec, apiKey, timeoutMs));
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
    pressure: () => servers.pressure(),
    preflight: async (signal) => {
      await Promise.all([...distinct.values()].map((model) => model.preflight?.(signal)));
    },
    close: () => servers.close(),
  };
}
