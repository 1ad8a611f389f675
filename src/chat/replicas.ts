/**
 * Several servers of one model as one. The calls of one episode stay on one replica, where its prompts are cached; a new
 * episode goes to the least busy. A replica that does not answer is left, and tried again after a while.
 */
import { type EntenteError, type ErrorCode, toEntenteError } from '../errors.js';
import type { ChatModel } from './model.js';

interface Replica {
  model: ChatModel;
  inFlight: number;
  /** Failures since the last success. */
  failures: number;
  /** On the monotonic clock, in milliseconds; left alone before. */
  awayUntil: number;
}

export interface Replicas extends ChatModel {
  /** Base URLs of those that are left alone at the moment. */
  away(): string[];
}

const firstAwayMs = 1000;
const maxAwayMs = 30_000;
/** Other failures of a server in a row before it is left; a broken connection suffices at once. */
const patience = 3;
const passing: readonly ErrorCode[] = ['connection', 'timeout', 'server_error', 'bad_reply'];

/** `models` are the same model on different servers, at least one. */
export function createReplicas(models: readonly [ChatModel, ...ChatModel[]]): Replicas {
  const replicas = models.map((model): Replica => ({ model, inFlight: 0, failures: 0, awayUntil: 0 }));
  const homes = new WeakMap<object, Replica>();

  function homeOf(affinity: object | undefined): Replica {
    const home = affinity === undefined ? undefined : homes.get(affinity);
    if (home !== undefined && isPresent(home)) return home;
    const chosen = chooseFrom(replicas);
    if (affinity !== undefined) homes.set(affinity, chosen);
    return chosen;
  }

  return {
    name: models[0].name,
    baseUrl: models.map(({ baseUrl }) => baseUrl).join(','),
    async complete(request, signal) {
      const replica = homeOf(request.affinity);
      replica.inFlight++;
      try {
        const reply = await replica.model.complete(request, signal);
        replica.failures = 0;
        replica.awayUntil = 0;
        return reply;
      } catch (error) {
        noteFailure(replica, toEntenteError(error));
        throw error;
      } finally {
        replica.inFlight--;
      }
    },
    async preflight(signal) {
      const errors = await Promise.all(replicas.map((replica) => preflightOf(replica, signal)));
      const [first] = errors;
      if (first != null && errors.every((error) => error !== null)) throw first;
    },
    away: () => replicas.filter((replica) => !isPresent(replica)).map(({ model }) => model.baseUrl ?? ''),
  };
}

function isPresent({ awayUntil }: Replica): boolean {
  return awayUntil <= performance.now();
}

/** The least busy; where all are away, the one that comes back first. */
function chooseFrom(replicas: readonly Replica[]): Replica {
  const present = replicas.filter(isPresent);
  if (present.length > 0) return leastBy(present, ({ inFlight }) => inFlight);
  return leastBy(replicas, ({ awayUntil }) => awayUntil);
}

function noteFailure(replica: Replica, { code }: EntenteError): void {
  if (!passing.includes(code)) return;
  replica.failures++;
  if (code !== 'connection' && replica.failures < patience) return;
  replica.awayUntil = performance.now() + Math.min(maxAwayMs, firstAwayMs * 2 ** Math.min(9, replica.failures - 1));
}

/** Null: it can be called. A wrong name or key is the user's to mend and is thrown; a server that is down may come back. */
async function preflightOf(replica: Replica, signal?: AbortSignal): Promise<EntenteError | null> {
  try {
    await replica.model.preflight?.(signal);
    return null;
  } catch (thrown) {
    const error = toEntenteError(thrown);
    const cause = error.cause === undefined ? error : toEntenteError(error.cause);
    if (!passing.includes(cause.code)) throw error;
    noteFailure(replica, cause);
    return error;
  }
}

function leastBy<T>(items: readonly T[], measure: (item: T) => number): T {
  return items.reduce((least, item) => (measure(item) < measure(least) ? item : least));
}
