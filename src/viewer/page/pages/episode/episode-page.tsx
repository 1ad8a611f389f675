/** One episode: who they are, what they said, what the judges said; played back, or as the tokens a trainer will see. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { EpisodeAnswer, TokensAnswer } from '../../../api.js';
import type { PageProps } from '../../app.js';
import { apiPath } from '../../data/fetch-answer.js';
import { useRunVersion } from '../../data/live.js';
import { useAnswer } from '../../data/use-answer.js';
import { Waiting } from '../../parts/waiting.js';
import { links } from '../../routing/place.js';
import { EpisodeView } from './episode-view.js';

export function EpisodePage({ episode, params, onCrumbs }: PageProps & { episode: string }) {
  // A finished episode never changes again; only one that is still going on is asked for again.
  const [going, setGoing] = useState<string | null>(null);
  const version = useRunVersion(going);
  const asked = useAnswer<EpisodeAnswer>(apiPath(['episodes', episode]), version);
  // Asked for beside the episode, not after it.
  const tokens = useAnswer<TokensAnswer>(
    params['view'] === 'tokens' ? apiPath(['episodes', episode, 'tokens']) : null,
    version,
  );
  const { answer } = asked;
  const ended = answer?.episode.status === 'done' || answer?.episode.status === 'failed';
  useEffect(() => setGoing(answer === null || ended ? null : answer.run.run_id), [answer?.run.run_id, ended]);
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
        <EpisodeView key={answer.episode.episode_id} answer={answer} wanted={episode} params={params} tokens={tokens} />
      ),
    [answer, episode, params, tokens],
  );
  if (asked.problem !== null && answer?.episode.episode_id !== episode) return <Waiting asked={asked} />;
  return view ?? <Waiting asked={asked} />;
}
