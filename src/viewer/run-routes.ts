/** `/api/runs`, `/api/runs/RUN`, `/api/runs/RUN/judges`, `/api/compare`. */
import { Hono } from 'hono';
import { EntenteError } from '../errors.js';
import type { ViewerContext } from './context.js';
import { judgesAnswer } from './judges-answer.js';
import { compareAnswer, runAnswer, runsAnswer } from './run-answers.js';

const mostCompared = 6;

export function runRoutes({ store, cached, findRun, ...rest }: ViewerContext): Hono {
  const material = { store, ...rest };
  const app = new Hono();
  app.get('/runs', (context) => context.json(cached('runs', () => runsAnswer(material))));
  app.get('/runs/:run', (context) => {
    const run = findRun(context.req.param('run'));
    return context.json(cached(`run ${run.runId}`, () => runAnswer(material, run)));
  });
  app.get('/runs/:run/judges', (context) => {
    const run = findRun(context.req.param('run'));
    return context.json(cached(`judges ${run.runId}`, () => judgesAnswer(store, run, rest.dbFlag)));
  });
  app.get('/compare', (context) => {
    const names = context.req.queries('run') ?? [];
    if (names.length < 2 || names.length > mostCompared)
      throw new EntenteError('usage', `run: give two to ${mostCompared} runs to compare`);
    const runs = names.map(findRun);
    const key = `compare ${runs.map(({ runId }) => runId).join(' ')}`;
    return context.json(cached(key, () => compareAnswer(material, runs)));
  });
  return app;
}
