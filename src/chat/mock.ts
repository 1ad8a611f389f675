/**
 * The rehearsal model over HTTP, in the manner of several servers: chat completions, models, token ids and
 * log-probabilities as each of them gives these, with latency and faults on demand. Whatever it serves says that it is
 * rehearsal.
 */
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { z } from 'zod';
import { defaultSampling, deriveSeed, seededRandom, type TokenTrace } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { ChatRequest } from './model.js';
import { rehearsalFingerprint } from './openai-reply.js';
import { rehearse } from './rehearsal/index.js';
import { rehearsedAlternatives } from './rehearsal/tokens.js';

/**
 * `vllm`: ids of prompt and reply. `sglang`: the same, both beside the reply. `old-vllm`: ids of the reply only, in place
 * of its tokens' text. `hosted`: no ids, and a refusal of every field that OpenAI does not know.
 */
export type MockStyle = 'vllm' | 'sglang' | 'old-vllm' | 'hosted';

export interface MockOptions {
  /** 0: any free port. */
  port: number;
  /** Which server it looks like; absent: vLLM. */
  style?: MockStyle;
  /** Milliseconds before each reply. */
  latencyMs?: number;
  /** Share of calls that fail, 0 to 1; which ones follows from the request's seed and how often it was tried. */
  faultRate?: number;
}

export interface MockServer {
  /** To be used as the base URL of a model spec. */
  url: string;
  close(): Promise<void>;
}

const requestSchema = z.object({
  model: z.string().min(1),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  seed: z.int().min(0).nullish(),
  temperature: z.number().min(0).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  return_token_ids: z.boolean().nullish(),
  return_tokens_as_token_ids: z.boolean().nullish(),
  stream: z.boolean().nullish(),
});

/** Listens on loopback. Throws `usage` where the port is taken. */
export async function startMockServer(options: MockOptions): Promise<MockServer> {
  const { port, style = 'vllm', latencyMs = 0, faultRate = 0 } = options;
  const app = new Hono();
  const tries = new Map<string, number>();

  app.get('/v1/models', (context) =>
    context.json({ object: 'list', data: [{ id: 'rehearsal', object: 'model', created: 0, owned_by: 'entente' }] }),
  );

  app.post('/v1/chat/completions', async (context) => {
    const body: unknown = await context.req.json().catch(() => null);
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success) return context.json(errorBody(parsed.error.issues[0]?.message ?? 'bad request'), 400);
    const request = parsed.data;
    const unknown = style === 'hosted' ? unknownFields(body as object) : [];
    if (unknown.length > 0)
      return context.json(errorBody(`Unrecognized request arguments supplied: ${unknown.join(', ')}`), 400);
    if (request.stream) return context.json(errorBody('this server does not stream'), 400);
    if (latencyMs > 0) await delay(latencyMs);
    const failure = faultFor(request, faultRate, tries);
    if (failure !== null) return context.json(errorBody('a fault asked for by --fault-rate'), failure);
    return context.json(completionFor(request, style));
  });

  app.notFound((context) => context.json(errorBody(`no ${context.req.method} ${context.req.path} here`), 404));

  const server = await listen(app, port);
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${actual}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type MockRequest = z.infer<typeof requestSchema>;

/** What a hosted API knows of all that may be asked. */
const hostedFields = new Set([
  ...['model', 'messages', 'stream', 'n', 'seed', 'max_tokens', 'max_completion_tokens', 'response_format'],
  ...['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs'],
]);

function unknownFields(body: object): string[] {
  return Object.keys(body).filter((field) => !hostedFields.has(field));
}

function completionFor(request: MockRequest, style: MockStyle) {
  const seed = request.seed ?? 0;
  const reply = rehearse({
    messages: request.messages,
    sampling: {
      ...defaultSampling.judging,
      temperature: request.temperature ?? 1,
      max_tokens: request.max_completion_tokens ?? request.max_tokens ?? 4096,
    },
    seed,
    wantTokens: true,
  } satisfies ChatRequest);
  const { tokens, promptTokens, completionTokens } = reply;
  const givesIds = request.return_token_ids && (style === 'vllm' || style === 'sglang');
  const promptIds = givesIds ? { prompt_token_ids: [...(tokens?.promptIds ?? [])] } : {};
  return {
    id: `chatcmpl-${deriveSeed(seed, JSON.stringify(request.messages)).toString(16)}`,
    object: 'chat.completion',
    created: 0,
    model: request.model,
    system_fingerprint: rehearsalFingerprint,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: reply.content },
        finish_reason: reply.finishReason,
        logprobs: request.logprobs ? { content: logprobEntries(tokens, request, style) } : null,
        ...(givesIds ? { token_ids: [...(tokens?.replyIds ?? [])] } : {}),
        ...(style === 'sglang' ? promptIds : {}),
      },
    ],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: (promptTokens ?? 0) + (completionTokens ?? 0),
    },
    ...(style === 'vllm' ? promptIds : {}),
  };
}

/** One entry for each token of the reply. Its end mark has no text. */
function logprobEntries(tokens: TokenTrace | null, request: MockRequest, style: MockStyle) {
  const spellsIds = request.return_tokens_as_token_ids && (style === 'vllm' || style === 'old-vllm');
  const wanted = request.top_logprobs ?? 0;
  return [...(tokens?.replyIds ?? [])].map((id, index) => {
    const token = id < 256 ? String.fromCharCode(id) : '';
    return {
      token: spellsIds ? `token_id:${id}` : token,
      logprob: tokens?.logprobs?.[index] ?? 0,
      top_logprobs: wanted === 0 ? [] : rehearsedAlternatives(token, wanted),
    };
  });
}

/** 500 or 429 for a share of tries. A request tried again draws again, so that retries can succeed. */
function faultFor(request: MockRequest, rate: number, tries: Map<string, number>): 429 | 500 | null {
  if (rate === 0) return null;
  const call = String(deriveSeed(request.seed ?? 0, JSON.stringify(request.messages)));
  const attempt = tries.get(call) ?? 0;
  tries.set(call, attempt + 1);
  const random = seededRandom(deriveSeed('fault', call, attempt));
  if (random() >= rate) return null;
  return random() < 0.5 ? 429 : 500;
}

function errorBody(message: string) {
  return { error: { message, type: 'entente_mock', code: null } };
}

function listen(app: Hono, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => resolve(server)) as Server;
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        new EntenteError(
          'usage',
          taken ? `port ${port} is in use; choose another --port.` : `cannot listen on ${port}: ${error.message}`,
        ),
      );
    });
  });
}
