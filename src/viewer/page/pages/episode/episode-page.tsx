/** One episode: who they are, what they said, what the judges said; played back, or as the tokens a trainer will see. */
import { useEffect, useMemo } from 'preact/hooks';
import type { EpisodeAnswer } from '../../../api.js';
import type { PageProps } from '../../app.js';
import { apiPath } from '../../data/fetch-answer.js';
import { useRunVersion } from '../../data/live.js';
import { useAnswer } from '../../data/use-answer.js';
import { Waiting } from '../../parts/waiting.js';
import { links } from '../../routing/place.js';
import { EpisodeView } from './episode-view.js';

export function EpisodePage({ episode, params, onCrumbs }: PageProps & { episode: string }) {
  const path = apiPath(['episodes', episode]);
  const known = useAnswer<EpisodeAnswer>(path);
  const version = useRunVersion(known.answer?.run.run_id ?? null);
  // A finished episode never changes again; only one that is still going on is asked for again.
  const going =
    known.answer !== null && known.answer.episode.status !== 'done' && known.answer.episode.status !== 'failed';
  const asked = useAnswer<EpisodeAnswer>(path, going ? version : 0);
  const { answer } = asked;
  useEffect(() => {
    if (answer === null) return;
    const { run, episode: line } = answer;
    onCrumbs([
      { label: 'Runs', href: links.runs() },
      { label: run.name, href: links.run(run.run_id) },
      { label: 'Group', href: links.group(line.group_id) },
      { label: `Episode ${line.number}`, href: null },
    ]);
  }, [answer?.episode.episode_id]);
  const view = useMemo(
    () =>
      answer === null ? null : (
        <EpisodeView
          key={answer.episode.episode_id}
          answer={answer}
          wanted={episode}
          params={params}
          version={version}
        />
      ),
    [answer, episode, params, version],
  );
  if (asked.problem !== null && answer?.episode.episode_id !== episode) return <Waiting asked={asked} />;
  return view ?? <Waiting asked={asked} />;
}
