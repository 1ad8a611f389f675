/** Two to six runs beside each other on the same axes, and the scenarios they share. */
import { useEffect } from 'preact/hooks';
import type { CompareAnswer } from '../../../api.js';
import type { PageProps } from '../../app.js';
import { useLive } from '../../data/live.js';
import { useAnswer } from '../../data/use-answer.js';
import { useKeys } from '../../keys.js';
import { Empty } from '../../parts/empty.js';
import { Notice } from '../../parts/notice.js';
import { PageHead } from '../../parts/page-head.js';
import { Waiting } from '../../parts/waiting.js';
import { links } from '../../routing/place.js';
import { go } from '../../routing/use-place.js';
import { CompareTable } from './compare-table.js';
import { SharedScenarios } from './shared-scenarios.js';

export function ComparePage({ runs, onCrumbs }: PageProps & { runs: readonly string[] }) {
  const { runs: live } = useLive();
  const version = runs.reduce((sum, run) => sum + (live.get(run)?.version ?? 0), 0);
  const enough = runs.length >= 2 && runs.length <= 6;
  const asked = useAnswer<CompareAnswer>(
    enough ? `api/compare?${new URLSearchParams(runs.map((run) => ['run', run]))}` : null,
    version,
  );
  useEffect(
    () =>
      onCrumbs([
        { label: 'Runs', href: links.runs() },
        { label: 'Compare', href: null },
      ]),
    [],
  );
  useKeys({ u: () => go(links.runs()), esc: () => go(links.runs()) });
  if (!enough) {
    return (
      <Empty>
        Two to six runs can be compared: <a href={links.runs()}>choose them in the list of runs</a>.
      </Empty>
    );
  }
  if (asked.answer === null) return <Waiting asked={asked} />;
  const { answer } = asked;
  const notices = new Set(answer.runs.map(({ notice }) => notice).filter((notice) => notice !== null));
  return (
    <>
      <PageHead title={answer.runs.map(({ name }) => name).join(' and ')} eyebrow="Compared" command={answer.command} />
      {[...notices].map((notice) => (
        <Notice key={notice} text={notice} />
      ))}
      <CompareTable runs={answer.runs} />
      <SharedScenarios answer={answer} />
    </>
  );
}
