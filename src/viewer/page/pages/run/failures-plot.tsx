/** What went wrong, by cause, most frequent first. */
import type { RunAnswer } from '../../../api.js';
import { count, words } from '../../format.js';
import { Plot } from '../../parts/plot.js';
import { links } from '../../routing/place.js';
import { percentOf, topOf } from '../../scales.js';

export function FailuresPlot({ answer: { run, failures } }: { answer: RunAnswer }) {
  const top = topOf(failures.map(({ episodes }) => episodes));
  return (
    <Plot
      title="What went wrong?"
      says={
        failures.length === 0
          ? 'nothing: every finished episode has a reward'
          : 'episodes by cause; "ungraded" ones finished without a reward'
      }
      data={{
        columns: ['cause', 'status', 'episodes'],
        rows: failures.map(({ failure, status, episodes }) => [failure, status, episodes]),
      }}
    >
      <ul class="causes">
        {failures.map(({ failure, status, episodes }) => (
          <li key={`${failure}/${status}`}>
            <a href={links.episodes(run.run_id, { failure, status })}>
              <span class="cause">
                {words(failure)} {status === 'failed' ? '' : <span class="soft">ungraded</span>}
              </span>
              <i class="hbar" style={{ width: percentOf(episodes, 0, top) }} />
              <span class="n">{count(episodes)}</span>
            </a>
          </li>
        ))}
      </ul>
    </Plot>
  );
}
