/** A viewer on a database, and requests to it as a browser, or an attacker, would make them. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { onTestFinished } from 'vitest';
import { clusteredWilsonInterval } from '../../src/report/index.js';
import { openStore } from '../../src/store/index.js';
import { startViewer, type Viewer, type ViewerOptions } from '../../src/viewer/index.js';

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** On a free port, over its own read-only connection. `shownAs`: the path that the page tells. */
export async function viewerOn(path: string, options: Partial<ViewerOptions> = {}, shownAs = path) {
  const store = openStore(path, { mode: 'read' });
  const viewer = await startViewer({
    store: { ...store, path: shownAs },
    port: 0,
    intervalOf: clusteredWilsonInterval,
    ...options,
  });
  const close = async () => {
    await viewer.close();
    store.close();
  };
  return { viewer, close };
}

/** Closed when the test ends. */
export async function viewerForTest(path: string, options: Partial<ViewerOptions> = {}): Promise<Viewer> {
  const { viewer, close } = await viewerOn(path, options);
  onTestFinished(close);
  return viewer;
}

const agent = new Agent({ keepAlive: true });

/** The path goes out as it is written, and so does every header: `fetch` would tidy both. */
export function ask(
  { url }: Viewer,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

/** The JSON of an answer that must be 200. */
export async function read<T>(viewer: Viewer, path: string): Promise<T> {
  const { status, body } = await ask(viewer, path);
  if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
  return JSON.parse(body) as T;
}
