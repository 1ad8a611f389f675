/** The episodes of one scenario side by side: how each went, where they part, and the best beside the worst. */
import { useEffect, useState } from 'preact/hooks';
import type { GroupAnswer } from '../../../api.js';
import type { PageProps } from '../../app.js';
import { apiPath } from '../../data/fetch-answer.js';
import { useRunVersion } from '../../data/live.js';
import { useAnswer } from '../../data/use-answer.js';
import { decimal, plural, words } from '../../format.js';
import { useKeys } from '../../keys.js';
import { Notice } from '../../parts/notice.js';
import { PageHead } from '../../parts/page-head.js';
import { ScenarioView } from '../../parts/scenario.js';
import { Waiting } from '../../parts/waiting.js';
import { links } from '../../routing/place.js';
import { go } from '../../routing/use-place.js';
import { tellingAxis } from './lanes.js';
import { Lanes } from './lanes-view.js';
import { PartingView } from './parting-view.js';
import { SideBySide } from './side-by-side.js';

export function GroupPage({ group, params, onCrumbs }: PageProps & { group: string }) {
  // Which run it is, the first answer tells; from then on its changes are followed, as long as there can be any.
  const [going, setGoing] = useState<string | null>(null);
  const asked = useAnswer<GroupAnswer>(apiPath(['groups', group]), useRunVersion(going));
  const answer = asked.answer;
  const run = answer?.run;
  useEffect(() => setGoing(run === undefined || run.status === 'done' ? null : run.run_id), [run?.run_id, run?.status]);
  useEffect(() => {
    if (answer === null || run === undefined) return;
    onCrumbs([
      { label: 'Runs', href: links.runs() },
      { label: run.name, href: links.run(run.run_id) },
      { label: `Group ${answer.group.ordinal + 1}`, href: null },
    ]);
  }, [run?.run_id, answer?.group.ordinal]);
  const to = (id: string | null | undefined) => (id === null || id === undefined ? false : go(links.group(id)));
  const up = () => (run === undefined ? false : go(links.run(run.run_id)));
  useKeys({
    '[': () => to(answer?.previous),
    ']': () => to(answer?.next),
    u: up,
    esc: up,
    '/': () => run !== undefined && go(links.episodes(run.run_id, { find: 1 })),
  });
  if (answer === null) return <Waiting asked={asked} />;
  return <GroupView answer={answer} group={group} params={params} />;
}

function GroupView({ answer, group, params }: { answer: GroupAnswer; group: string; params: PageProps['params'] }) {
  const { scenario, episodes, run } = answer;
  const set = (changes: Record<string, string>) => go(links.group(group, { ...params, ...changes }), { replace: true });
  return (
    <>
      <PageHead
        title={words(scenario.dilemma.id)}
        eyebrow={`Group ${answer.group.ordinal + 1} of ${run.name} · ${scenario.dilemma.tier} · ${words(scenario.dilemma.domain)}`}
        command={answer.command}
      >
        <nav aria-label="Groups">
          {answer.previous === null ? null : <a href={links.group(answer.previous)}>Previous group</a>}
          {answer.next === null ? null : <a href={links.group(answer.next)}>Next group</a>}
          <a href={links.episodes(run.run_id, { group })}>As a table</a>
        </nav>
      </PageHead>
      <Notice text={run.notice} />
      <ScenarioView scenario={scenario} wide />
      <section class="section">
        <h2>{plural(episodes.length, 'episode')} on one axis</h2>
        <p class="soft">{rewardText(answer.group)}</p>
        <Lanes
          episodes={episodes}
          axis={params['axis'] === 'turn' || params['axis'] === 'time' ? params['axis'] : tellingAxis(episodes)}
          onAxis={(axis) => set({ axis })}
        />
      </section>
      <PartingView answer={answer} />
      <SideBySide
        answer={answer}
        left={params['left'] ?? answer.best}
        right={params['right'] ?? answer.worst}
        onChoose={set}
      />
    </>
  );
}

function rewardText({ graded, reward_mean, reward_std, reward_min, reward_max }: GroupAnswer['group']): string {
  if (graded === 0) return 'None is graded yet.';
  const spread = reward_std === 0 ? ' All are equal, so the group carries no learning signal.' : '';
  return `Reward ${decimal(reward_mean, 2)} on average, ± ${decimal(reward_std, 2)}, from ${decimal(reward_min, 2)} to ${decimal(reward_max, 2)}.${spread}`;
}
