/** The model servers that a process calls: one transport for all, and for each server one limit, shared by all that call it. */
import { createLimit, type Limit } from './limit.js';
import type { ChatModel } from './model.js';
import { createOpenAIModel } from './openai.js';
import { createReplicas, type Replicas } from './replicas.js';
import type { ModelSpec } from './spec.js';
import { createTransport } from './transport.js';

export interface Pressure {
  /** Calls at a time that the servers are given now, summed over them, and the most they may be given. */
  current: number;
  ceiling: number;
  /** Replicas that are left alone for not answering. */
  away: number;
}

export interface Servers {
  /** A model on its server, or on all of its replicas. Throws `usage` for a key that cannot be sent. */
  model(spec: Extract<ModelSpec, { kind: 'openai' }>, apiKey: string | null, timeoutMs: number): ChatModel;
  /** Null where no server is called. */
  pressure(): Pressure | null;
  close(): Promise<void>;
}

/** At most `ceiling` calls at a time, and sockets, for each server. */
export function createServers(ceiling: number): Servers {
  const transport = createTransport(ceiling);
  const limits = new Map<string, Limit>();
  const replicated: Replicas[] = [];

  function limitOf(baseUrl: string): Limit {
    const limit = limits.get(baseUrl) ?? createLimit(ceiling);
    limits.set(baseUrl, limit);
    return limit;
  }

  return {
    model: ({ model, baseUrls }, apiKey, timeoutMs) => {
      const on = (baseUrl: string) =>
        limitOf(baseUrl).over(createOpenAIModel({ model, baseUrl, apiKey, timeoutMs, transport }));
      const [first, ...others] = baseUrls;
      if (others.length === 0) return on(first);
      const replicas = createReplicas([on(first), ...others.map(on)]);
      replicated.push(replicas);
      return replicas;
    },
    pressure: () => {
      if (limits.size === 0) return null;
      const sum = (part: 'current' | 'ceiling') =>
        [...limits.values()].reduce((total, limit) => total + limit[part], 0);
      const away = new Set(replicated.flatMap((replicas) => replicas.away())).size;
      return { current: sum('current'), ceiling: sum('ceiling'), away };
    },
    close: () => {
      for (const limit of limits.values()) limit.close();
      return transport.close();
    },
  };
}
