/**
 * An OpenAI-compatible server that knows nothing of entente: four model names, replies that follow from request and
 * seed, token ids of its own invention. It keeps every exchange, so that a test can hold a database against it.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Exchange {
  model: string;
  body: { messages: { role: string; content: string }[]; seed: number } & Record<string, unknown>;
  authorization: string | undefined;
  content: string;
  promptIds: number[];
  replyIds: number[];
  logprobs: number[];
}

export interface IndependentServer {
  url: string;
  exchanges: Exchange[];
  close(): Promise<void>;
}

export async function startIndependentServer(): Promise<IndependentServer> {
  const exchanges: Exchange[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/v1/models') {
        const ids = ['policy', 'opponent', 'judge', 'scorer'];
        return response.end(JSON.stringify({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) }));
      }
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Exchange['body'];
      const exchange = answer(String(body['model']), body, request.headers.authorization);
      exchanges.push(exchange);
      return response.end(JSON.stringify(completionOf(exchange)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What it answers to a request, always the same. */
export function answer(model: string, body: Exchange['body'], authorization?: string): Exchange {
  const draw = digest(model, body.messages, body.seed);
  const content = contentFor(model, draw);
  const replyIds = [...content].map((character, index) => (character.codePointAt(0) ?? 0) * 7 + index);
  return {
    model,
    body,
    authorization,
    content,
    promptIds: [...body.messages.map(({ content: text }) => text).join('|')].map((letter) => letter.charCodeAt(0)),
    replyIds,
    logprobs: replyIds.map((id) => -(1 + (id % 97)) / 10),
  };
}

function contentFor(model: string, draw: number): string {
  if (model === 'judge') {
    const agreed = draw % 3 === 0;
    return JSON.stringify({ agreed, reason: agreed ? 'both said so' : 'still talking' });
  }
  if (model === 'scorer') {
    const [knowledge, benevolence, power, vitality, overall] = [draw, draw >> 3, draw >> 6, draw >> 9, draw >> 12].map(
      (n) => n % 6,
    );
    return JSON.stringify({ knowledge, benevolence, power, vitality, overall, rationale: `drawn ${draw}` });
  }
  return `${model} says no. ${draw}`;
}

export function completionOf({ model, content, promptIds, replyIds, logprobs }: Exchange) {
  return {
    id: 'x',
    object: 'chat.completion',
    model,
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content },
        token_ids: replyIds,
        logprobs: { content: logprobs.map((logprob) => ({ token: '?', logprob, top_logprobs: [] })) },
      },
    ],
    prompt_token_ids: promptIds,
    usage: {
      prompt_tokens: promptIds.length,
      completion_tokens: replyIds.length,
      total_tokens: promptIds.length + replyIds.length,
    },
  };
}

function digest(...parts: unknown[]): number {
  return createHash('sha256').update(JSON.stringify(parts)).digest().readUInt32BE(0) >>> 1;
}
