/** Asks a server, before a run, whether the model is there: better than finding out after ten thousand retries. */
import { setTimeout as delay } from 'node:timers/promises';
import { defaultSampling } from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import type { Endpoint } from './endpoint.js';
import type { ChatModel } from './model.js';

export interface Subject {
  model: string;
  baseUrl: string;
  /** Model and server, as messages name them. */
  at: string;
  endpoint: Endpoint;
  complete: ChatModel['complete'];
}

const listingMs = 15_000;

/** Throws `endpoint` where no call could succeed, `interrupted` where it was stopped. */
export async function preflightModel(subject: Subject, outer?: AbortSignal): Promise<void> {
  try {
    const listed = await patiently(() => listModels(subject, outer));
    // Not every server lists all that it serves: let it refuse the model itself before we do.
    if (!listed?.includes(subject.model)) await greet(subject, listed, outer);
  } catch (error) {
    const known = toEntenteError(error);
    if (known.code === 'endpoint' || known.code === 'interrupted') throw known;
    throw new EntenteError('endpoint', known.message, { cause: known });
  }
}

/** Names of the models served; null where the server does not list them. */
async function listModels({ endpoint, at }: Subject, outer?: AbortSignal): Promise<string[] | null> {
  try {
    const raw = await endpoint.get('/models', at, listingMs, outer);
    const data = (raw as { data?: unknown } | null)?.data;
    return Array.isArray(data) ? data.map((entry: { id?: unknown }) => String(entry?.id)) : null;
  } catch (error) {
    const { status } = toEntenteError(error);
    // A key may be allowed to call models, but not to list them: 403.
    if (status === 403 || status === 404 || status === 405 || status === 501) return null;
    throw error;
  }
}

/**
 * Throws where the model cannot be called. A server that is busy, or a model that will not greet, is there. It may
 * take as long as any call: some servers load a model when it is first called.
 */
async function greet({ model, baseUrl, complete }: Subject, listed: string[] | null, outer?: AbortSignal) {
  const sampling = { ...defaultSampling.judging, max_tokens: 1 };
  try {
    await complete({ messages: [{ role: 'user', content: 'Hello.' }], sampling, seed: 1, wantTokens: false }, outer);
  } catch (error) {
    const known = toEntenteError(error);
    const { code, status, retryable } = known;
    if (code === 'empty' || code === 'refused') return;
    if ((code === 'rate_limited' || code === 'server_error') && retryable) return;
    if (status !== 404 && status !== 400 && status !== 422) throw known;
    const hint = listed?.length
      ? `it serves ${listed.slice(0, 5).join(', ')}`
      : 'check the name, and that the base URL ends where /chat/completions follows (mostly /v1)';
    throw new EntenteError('endpoint', `${baseUrl} does not serve the model "${model}"; ${hint}.`, { cause: error });
  }
}

/** A busy server gets three chances to answer; one that is not there gets none. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 2; ; left--) {
    try {
      return await work();
    } catch (error) {
      const { code } = toEntenteError(error);
      if (left === 0 || (code !== 'server_error' && code !== 'rate_limited')) throw error;
      await delay(500);
    }
  }
}
