/** A server on loopback that answers as a test tells it to, well or badly, and keeps what it was sent. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Sent {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Empty where the request had none. */
  body: Readonly<Record<string, unknown>>;
}

export type Answer = (response: ServerResponse, sent: Sent) => void;

export interface MisbehavingServer {
  /** The base URL. */
  url: string;
  /** Every request, oldest first. */
  sent: Sent[];
  /** The most connections that were open at one time. */
  mostConnections(): number;
}

/** Gone when the test ends. */
export async function startMisbehavingServer(answer: Answer): Promise<MisbehavingServer> {
  const sent: Sent[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const body = text === '' ? {} : (JSON.parse(text) as Sent['body']);
      const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      sent.push(seen);
      answer(response, seen);
    });
  });
  server.on('connection', (socket) => {
    most = Math.max(most, ++open);
    socket.on('close', () => open--);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, sent, mostConnections: () => most };
}

/** A base URL at which nothing listens. */
export async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/v1`;
}

type Headers = Readonly<Record<string, string>>;

export function text(status: number, contentType: string, body: string, headers: Headers = {}): Answer {
  return (response) => response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
}

export function json(status: number, body: unknown, headers: Headers = {}): Answer {
  return text(status, 'application/json', JSON.stringify(body), headers);
}

/** As OpenAI writes its errors. */
export function fault(status: number, message: string, headers: Headers = {}): Answer {
  return json(status, { error: { message, type: 'invalid_request_error', param: null, code: null } }, headers);
}

/** A proper chat completion. `choice` and `rest` overwrite its parts. */
export function completion(choice: object = {}, rest: object = {}): Answer {
  return json(200, {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Good.' }, finish_reason: 'stop', ...choice }],
    usage: { prompt_tokens: 11, completion_tokens: 2, total_tokens: 13 },
    ...rest,
  });
}

/** Takes the request and never answers. */
export const hang: Answer = () => {};

/** Answers at once, then lets the body drip without end. */
export const drip: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
};

/** Breaks the connection in the middle of the body. */
export const breakOff: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"choices": [', () => response.destroy());
};

/** One answer after the other; the last one for all that come later. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let next = 0;
  return (response, sent) => answers[Math.min(next++, answers.length - 1)]?.(response, sent);
}

/** One answer for the list of models, another for chat completions. */
export function serving(models: Answer, chat: Answer): Answer {
  return (response, sent) => (sent.path === '/v1/models' ? models : chat)(response, sent);
}
