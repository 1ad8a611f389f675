/**
 * A server that answers every chat request properly, unless a plan says how it misbehaves in that one. It keeps each
 * proper answer by model and seed, so that a test can hold a database against what was really said.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { answer, completionOf, type Exchange } from '../../support/independent-server.js';

/** Answers badly. `proper` is the body that should have been sent. */
export type Misdeed = (response: ServerResponse, proper: string) => void;

/** How the server misbehaves in its nth chat request, counted from 0; null: it does not. */
export type Plan = (nth: number, body: Exchange['body']) => Misdeed | null;

export interface FaultServer {
  url: string;
  /** Model specs of the four roles, as flags of `entente run`. */
  roles: string[];
  /** Chat requests so far. */
  requests(): number;
  /** The words that belong to a call, by `model seed`. */
  proper: ReadonlyMap<string, string>;
  /** Resolves once no client is connected: all that a dead one had sent has been heard. */
  quiet(): Promise<void>;
  /** Goes away, connections included; `open` brings it back at the same address. */
  close(): Promise<void>;
  open(): Promise<void>;
}

const names = ['policy', 'opponent', 'judge', 'scorer'] as const;

/** Gone when the test ends. */
export async function startFaultServer(plan: Plan): Promise<FaultServer> {
  const proper = new Map<string, string>();
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/models') return sendJson(response, { data: names.map((id) => ({ id })) });
      const nth = requests++;
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Exchange['body'];
      const exchange = answer(String(body['model']), body);
      proper.set(`${exchange.model} ${body.seed}`, exchange.content);
      const completion = { ...completionOf(exchange), id: `chatcmpl-${nth}` };
      const misdeed = plan(nth, body);
      return misdeed === null ? sendJson(response, completion) : misdeed(response, JSON.stringify(completion));
    });
  });
  // Raw bytes and broken connections are its trade.
  server.on('clientError', (_error, socket) => socket.destroy());
  const port = await listen(server, 0);
  const close = () => shut(server);
  onTestFinished(close);
  const url = `http://127.0.0.1:${port}/v1`;
  const roles = names.flatMap((role) => [`--${role}`, `${role}@${url}`]);
  return {
    url,
    roles,
    requests: () => requests,
    proper,
    quiet: async () => {
      while ((await openConnections(server)) > 0) await delay(1);
    },
    close,
    open: async () => void (await listen(server, port)),
  };
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function openConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

function shut(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
