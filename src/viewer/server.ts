/**
 * The viewer's server, put together: guard, page, routes, live events. It reads one database, opened read-only, calls
 * nobody, and writes nothing.
 */
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { EntenteError } from '../errors.js';
import type { Store } from '../store/index.js';
import { createCache } from './cache.js';
import { dbFlagFor } from './commands.js';
import { createContext, NotFound } from './context.js';
import { episodeRoutes } from './episode-routes.js';
import type { IntervalOf } from './figures.js';
import { createLive } from './live.js';
import { liveRoute } from './live-route.js';
import { type PageFile, readPage } from './page-files.js';
import { runRoutes } from './run-routes.js';
import { type Access, guard, isLoopback, problem } from './security.js';

export interface ViewerOptions {
  /** Opened for reading. Not closed with the viewer. */
  store: Store;
  /** 0: any free port. */
  port: number;
  /** 95 % interval of a share, such as Wilson's. */
  intervalOf: IntervalOf;
  /** Default 127.0.0.1. Anything but loopback needs a token. */
  hostname?: string;
  /** Must be shown by whoever asks; null: nobody but this machine can ask. */
  token?: string | null;
}

export interface Viewer {
  /** `http://127.0.0.1:4710/`; with a token, this is in it. */
  url: string;
  close(): Promise<void>;
}

/** Throws `usage` where the port is taken or the address would be open to others, `input` where the page is not built. */
export async function startViewer({
  store,
  port,
  intervalOf,
  hostname = '127.0.0.1',
  token = null,
}: ViewerOptions): Promise<Viewer> {
  if (token === null && !isLoopback(hostname))
    throw new EntenteError('usage', `${hostname} can be reached by others: set a token in ENTENTE_VIEW_TOKEN first.`);
  let listening = port;
  const access: Access = { hostname, token, port: () => listening };
  const live = createLive(store);
  const ended = new AbortController();
  const material = { store, intervalOf, dbFlag: dbFlagFor(store.path) };
  const context = createContext(material, createCache(store.dataVersion));

  const app = new Hono();
  app.use(guard(access));
  app.route('/api', runRoutes(context));
  app.route('/api', episodeRoutes(context));
  app.route('/api', liveRoute(live, ended.signal));
  addPage(app, readPage());
  addErrors(app);

  const server = await listen(app, port, hostname);
  const address = server.address();
  if (typeof address === 'object' && address !== null) listening = address.port;
  const shown = hostname.includes(':') ? `[${hostname}]` : hostname;
  return {
    url: `http://${shown}:${listening}/${token === null ? '' : `?token=${encodeURIComponent(token)}`}`,
    close: () =>
      new Promise((resolve) => {
        ended.abort();
        live.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function addPage(app: Hono, files: ReadonlyMap<string, PageFile>): void {
  for (const [path, { bytes, type, isHashed }] of files) {
    app.get(path, (context) =>
      context.body(bytes, 200, {
        'Content-Type': type,
        'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      }),
    );
  }
}

function addErrors(app: Hono): void {
  app.notFound((context) => problem(context, 404, 'not_found', 'there is nothing at this address.'));
  app.onError((error, context) => {
    if (error instanceof NotFound) return problem(context, 404, 'not_found', error.message);
    if (error instanceof EntenteError && error.code === 'usage')
      return problem(context, 400, 'bad_request', error.message);
    if (error instanceof EntenteError && error.code === 'storage')
      return problem(context, 500, 'storage', error.message);
    return problem(context, 500, 'internal', 'this is a fault in entente; please report it with the address.');
  });
}

function listen(app: Hono, port: number, hostname: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname }, () => resolve(server)) as Server;
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `port ${port} is in use; choose another --port, or --port 0 for a free one.`
          : `cannot listen on ${hostname}:${port}: ${error.message}`;
      reject(new EntenteError('usage', reason));
    });
  });
}
