/** `/api/episodes` and everything below it, and `/api/groups/GROUP`. */
import { Hono } from 'hono';
import type { EpisodesAnswer } from './api.js';
import { quoted } from './commands.js';
import { NotFound, type ViewerContext } from './context.js';
import { callAnswer, episodeAnswer } from './episode-answer.js';
import { episodeLines } from './episode-lines.js';
import { type EpisodesRequest, readEpisodesQuery } from './episodes-query.js';
import { groupAnswer } from './group-answer.js';
import { tokensAnswer } from './tokens-answer.js';

export function episodeRoutes(viewer: ViewerContext): Hono {
  const { store, dbFlag, findEpisode } = viewer;
  const app = new Hono();
  app.get('/episodes', (context) => context.json(episodesAnswer(viewer, readEpisodesQuery(context.req.query()))));
  app.get('/episodes/:episode', (context) =>
    context.json(episodeAnswer(store, findEpisode(context.req.param('episode')), dbFlag)),
  );
  app.get('/episodes/:episode/tokens', (context) => {
    const { run, episode } = findEpisode(context.req.param('episode'));
    return context.json(tokensAnswer(store, run, episode, dbFlag));
  });
  app.get('/episodes/:episode/calls/:call', async (context) => {
    const found = findEpisode(context.req.param('episode'));
    const answer = await callAnswer(store, found, context.req.param('call'), dbFlag);
    if (answer === null) throw new NotFound('this episode has no such call.');
    return context.json(answer);
  });
  app.get('/groups/:group', (context) => {
    const groupId = context.req.param('group');
    const place = store.groupPlace(groupId);
    if (place === null) throw new NotFound('there is no such group in the database.');
    return context.json(groupAnswer(store, viewer.findRun(place.run_id), groupId, place.ordinal, dbFlag));
  });
  return app;
}

/** Counting is kept apart: scrolling through a table asks for the same count again and again. */
function episodesAnswer(viewer: ViewerContext, { run: reference, filter, window }: EpisodesRequest): EpisodesAnswer {
  const { store, cached, findRun, dbFlag } = viewer;
  const run = findRun(reference);
  const wanted = { runId: run.runId, ...filter };
  return {
    command: `entente report ${quoted(run.name)} --json${dbFlag}`,
    total: cached(`count ${JSON.stringify(wanted)}`, () => store.countEpisodes(wanted)),
    offset: window.offset,
    episodes: episodeLines(store, run, store.listEpisodes(wanted, window)),
  };
}
