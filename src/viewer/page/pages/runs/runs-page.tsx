/** All runs of the database, latest first; two or more can be chosen to compare. */
import { useEffect } from 'preact/hooks';
import type { RunsAnswer } from '../../../api.js';
import type { PageProps } from '../../app.js';
import { apiPath } from '../../data/fetch-answer.js';
import { useLive } from '../../data/live.js';
import { useAnswer } from '../../data/use-answer.js';
import { plural } from '../../format.js';
import { useKeys } from '../../keys.js';
import { Empty } from '../../parts/empty.js';
import { PageHead } from '../../parts/page-head.js';
import { Waiting } from '../../parts/waiting.js';
import { usePromptState } from '../../prompt-state.js';
import { links } from '../../routing/place.js';
import { go } from '../../routing/use-place.js';
import { RunsTable } from './runs-table.js';

const mostCompared = 6;

export function RunsPage({ onCrumbs }: PageProps) {
  const { changes } = useLive();
  const asked = useAnswer<RunsAnswer>(apiPath(['runs']), changes);
  const chosen = usePromptState<readonly string[]>([]);
  const cursor = usePromptState(-1);
  useEffect(() => onCrumbs([{ label: 'Runs', href: null }]), []);
  const runs = asked.answer?.runs ?? [];
  const toggle = (id: string) => {
    const now = chosen.now();
    chosen.set(now.includes(id) ? now.filter((one) => one !== id) : [...now, id].slice(-mostCompared));
  };
  const move = (by: number) => cursor.set(Math.max(0, Math.min(runs.length - 1, cursor.now() + by)));
  const withCurrent = (act: (id: string) => void) => {
    const current = runs[cursor.now()];
    return current === undefined ? false : act(current.run_id);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    enter: () => withCurrent((id) => go(links.run(id))),
    x: () => withCurrent(toggle),
    c: () => (chosen.now().length < 2 ? false : go(links.compare(chosen.now()))),
    esc: () => chosen.set([]),
  });
  if (asked.answer === null) return <Waiting asked={asked} />;
  return (
    <>
      <PageHead title="Runs" eyebrow={asked.answer.database} command={asked.answer.command}>
        {runs.length < 2 ? null : <CompareChosen chosen={chosen.shown} />}
      </PageHead>
      {runs.length === 0 ? (
        <Empty command={`entente run --groups 12 --group-size 8 --db ${asked.answer.database}`}>
          No runs yet. A run plays dilemmas between two opposing personas and grades what they agree on. This one needs
          no model server, and appears here while it plays:
        </Empty>
      ) : (
        <RunsTable runs={runs} chosen={chosen.shown} cursor={cursor.shown} onToggle={toggle} />
      )}
    </>
  );
}

function CompareChosen({ chosen }: { chosen: readonly string[] }) {
  return (
    <p role="status">
      {chosen.length < 2 ? (
        <span class="soft">
          {chosen.length === 0 ? 'Choose two or more runs to compare them.' : 'Choose one more to compare.'}
        </span>
      ) : (
        <a href={links.compare(chosen)}>Compare {plural(chosen.length, 'run')}</a>
      )}
    </p>
  );
}
