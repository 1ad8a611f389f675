/** `/api/live`: server-sent events. */
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { LiveEvent } from './api.js';
import type { Live } from './live.js';

/** Proxies and sleeping laptops end what is silent for long. */
const heartbeatMs = 15_000;

/** `ended` settles when the server closes; every stream ends with it. */
export function liveRoute(live: Live, ended: AbortSignal): Hono {
  const app = new Hono();
  app.get('/live', (context) => {
    // Nobody would ever read, nor end, the stream of a HEAD.
    if (context.req.method === 'HEAD') return context.body(null);
    return streamSSE(context, async (stream) => {
      const send = ({ type, ...data }: LiveEvent) =>
        void stream.writeSSE({ event: type, data: JSON.stringify({ type, ...data }) });
      const stop = live.listen(send);
      const heartbeat = setInterval(() => void stream.write(': still here\n\n'), heartbeatMs);
      await new Promise<void>((resolve) => {
        stream.onAbort(resolve);
        ended.addEventListener('abort', () => resolve(), { once: true });
      });
      clearInterval(heartbeat);
      stop();
    });
  });
  return app;
}
