/** One run at a glance: its key figures, then small multiples whose every bar leads to the episodes behind it. */
import { useEffect } from 'preact/hooks';
import type { RunAnswer } from '../../../api.js';
import type { PageProps } from '../../app.js';
import { apiPath } from '../../data/fetch-answer.js';
import { useRunVersion } from '../../data/live.js';
import { useAnswer } from '../../data/use-answer.js';
import { moment, plural } from '../../format.js';
import { useKeys } from '../../keys.js';
import { Notice } from '../../parts/notice.js';
import { PageHead } from '../../parts/page-head.js';
import { Waiting } from '../../parts/waiting.js';
import { links } from '../../routing/place.js';
import { go } from '../../routing/use-place.js';
import { Models } from '../runs/runs-table.js';
import { FailuresPlot } from './failures-plot.js';
import { KeyFigures } from './key-figures.js';
import { ProgressPlot } from './progress-plot.js';
import { RoundsPlot } from './rounds-plot.js';
import { AspectPlots, ScorePlot } from './score-plots.js';
import { SpreadPlot } from './spread-plot.js';
import { TierPlot } from './tier-plot.js';
import { UsageTable } from './usage-table.js';

export function RunPage({ run, onCrumbs }: PageProps & { run: string }) {
  const asked = useAnswer<RunAnswer>(apiPath(['runs', run]), useRunVersion(run));
  const { answer } = asked;
  const name = answer?.run.name ?? run;
  useEffect(
    () =>
      onCrumbs([
        { label: 'Runs', href: links.runs() },
        { label: name, href: null },
      ]),
    [name],
  );
  useKeys({ '/': () => go(links.episodes(run, { find: 1 })), u: () => go(links.runs()), esc: () => go(links.runs()) });
  if (answer === null) return <Waiting asked={asked} />;
  const { run: line } = answer;
  return (
    <>
      <PageHead
        title={line.name}
        command={answer.command}
        eyebrow={`${line.status === 'done' ? 'finished' : line.status} · started ${moment(line.created_at)}`}
      >
        <nav aria-label="Of this run">
          <a href={links.episodes(run)}>{plural(line.counts.episodes, 'episode')}</a>
          <a href={links.judges(run)}>Judges</a>
        </nav>
      </PageHead>
      <Notice text={line.notice} />
      <KeyFigures answer={answer} />
      <div class="plots">
        <TierPlot answer={answer} />
        {line.protocol === 'solo' ? null : <RoundsPlot answer={answer} />}
        <ScorePlot answer={answer} />
        <AspectPlots answer={answer} />
        <ProgressPlot progress={answer.progress} planned={line.counts.episodes} solo={line.protocol === 'solo'} />
        <FailuresPlot answer={answer} />
        <SpreadPlot answer={answer} />
      </div>
      <Foundations answer={answer} />
    </>
  );
}

/** What the figures rest on. */
function Foundations({ answer: { run, usage, config } }: { answer: RunAnswer }) {
  return (
    <>
      <section class="section">
        <h2>Models and tokens</h2>
        <UsageTable usage={usage} />
      </section>
      <section class="section">
        <h2>Config</h2>
        <div class="columns-2">
          <Models models={run.models} />
          <details>
            <summary>Everything that was frozen into the run</summary>
            <pre class="mono config" tabIndex={0}>
              {JSON.stringify(config, null, 2)}
            </pre>
          </details>
        </div>
      </section>
    </>
  );
}
