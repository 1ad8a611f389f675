/** From the roles of a config to models that can be called: one client per server, key and deadline, shared by roles. */
import { type Role, type RoleName, roleNames } from '../domain/index.js';
import type { ChatModel } from './model.js';
import { createOpenAIModel } from './openai.js';
import { createRehearsalModel } from './rehearsal/index.js';
import { type Environment, keyForRole, parseModelSpec } from './spec.js';
import { createTransport } from './transport.js';

export interface Connections {
  models: Record<RoleName, ChatModel>;
  /** Asks each distinct model once; throws `endpoint` before a run starts rather than after ten thousand retries. */
  preflight(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Throws `usage` where a spec is malformed or a named key is not in the environment. */
export function connectRoles(
  roles: Readonly<Record<RoleName, Role>>,
  env: Environment,
  options: { connections: number; wrap?: (model: ChatModel) => ChatModel },
): Connections {
  const transport = createTransport(options.connections);
  const wrap = options.wrap ?? ((model) => model);
  const distinct = new Map<string, ChatModel>();

  function connect(name: RoleName): ChatModel {
    const role = roles[name];
    const spec = parseModelSpec(role.model, env);
    if (spec.kind === 'rehearsal') return remember('rehearsal', createRehearsalModel);
    const apiKey = keyForRole(name, roles, env);
    const timeoutMs = role.timeout_s * 1000;
    return remember(JSON.stringify([spec, apiKey, timeoutMs]), () =>
      createOpenAIModel({ ...spec, apiKey, timeoutMs, transport }),
    );
  }

  function remember(key: string, create: () => ChatModel): ChatModel {
    const model = distinct.get(key) ?? wrap(create());
    distinct.set(key, model);
    return model;
  }

  const models = Object.fromEntries(roleNames.map((name) => [name, connect(name)])) as Record<RoleName, ChatModel>;
  return {
    models,
    preflight: async (signal) => {
      await Promise.all([...distinct.values()].map((model) => model.preflight?.(signal)));
    },
    close: () => transport.close(),
  };
}
