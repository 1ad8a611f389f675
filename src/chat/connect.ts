/** From the roles of a config to models that can be called: one client per server, key and deadline, shared by roles. */
import { everyRole, judgesOf, type Role, type RoleName, type Roles, roleNames } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { ChatModel } from './model.js';
import { createRehearsalModel } from './rehearsal/index.js';
import { createServers, type Pressure } from './servers.js';
import { type Environment, keyForRole, parseModelSpec } from './spec.js';

export interface ModelConnections {
  /** Throws `internal` where no role has this name. */
  model(name: string): ChatModel;
  /** Null where no server is called. */
  pressure(): Pressure | null;
  /** Asks each distinct model once; throws `endpoint` before a run starts rather than after ten thousand retries. */
  preflight(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface Connections extends Omit<ModelConnections, 'model'> {
  models: Record<RoleName, ChatModel>;
  /** All judges of each judging role, the first one first. */
  panels: Panels;
}

export type Panels = Record<'judge' | 'scorer', readonly ChatModel[]>;

export interface ConnectOptions {
  /** The most calls at a time, and sockets, for each server. */
  connections: number;
  /** Put around each distinct model, outside its limit. */
  wrap?: (model: ChatModel) => ChatModel;
}

/** The roles of one run. Throws `usage` where a spec is malformed or a named key is not in the environment. */
export function connectRoles(roles: Roles, env: Environment, options: ConnectOptions): Connections {
  const { model, ...connections } = connectModels(everyRole(roles), env, options);
  return { ...connections, ...modelsOfRoles(roles, model) };
}

/** `model`: the model of a role by its name in `everyRole`. */
export function modelsOfRoles(
  roles: Roles,
  model: (name: string) => ChatModel,
): Pick<Connections, 'models' | 'panels'> {
  const models = Object.fromEntries(roleNames.map((name) => [name, model(name)])) as Record<RoleName, ChatModel>;
  const panel = (name: 'judge' | 'scorer') =>
    judgesOf(roles[name]).map((_, index) => model(index === 0 ? name : `${name}[${index}]`));
  return { models, panels: { judge: panel('judge'), scorer: panel('scorer') } };
}

/** Any roles under any names, such as those of several runs at once: a default key then goes to one server of them all. */
export function connectModels(
  roles: Readonly<Record<string, Role>>,
  env: Environment,
  { connections, wrap = (model) => model }: ConnectOptions,
): ModelConnections {
  const servers = createServers(connections);
  const distinct = new Map<string, ChatModel>();

  function connect(name: string, role: Role): ChatModel {
    const spec = parseModelSpec(role.model, env);
    if (spec.kind === 'rehearsal') return remember('rehearsal', createRehearsalModel);
    const apiKey = keyForRole(name, roles, env);
    const timeoutMs = role.timeout_s * 1000;
    return remember(JSON.stringify([spec, apiKey, timeoutMs]), () => servers.model(spec, apiKey, timeoutMs));
  }

  function remember(key: string, create: () => ChatModel): ChatModel {
    const model = distinct.get(key) ?? wrap(create());
    distinct.set(key, model);
    return model;
  }

  const models = new Map(Object.entries(roles).map(([name, role]) => [name, connect(name, role)]));
  return {
    model: (name) => {
      const model = models.get(name);
      if (model === undefined) throw new EntenteError('internal', `no role "${name}"`);
      return model;
    },
    pressure: () => servers.pressure(),
    preflight: async (signal) => {
      await Promise.all([...distinct.values()].map((model) => model.preflight?.(signal)));
    },
    close: () => servers.close(),
  };
}
