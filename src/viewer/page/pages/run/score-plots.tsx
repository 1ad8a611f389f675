/** The distribution of Collective Agency scores, overall and by aspect, on one axis of 0 to 5. */
import type { Aspect, Bin, Moments, RunAnswer } from '../../../api.js';
import { decimal } from '../../format.js';
import { type Column, Columns } from '../../parts/columns.js';
import { SpreadMark } from '../../parts/interval.js';
import { Plot } from '../../parts/plot.js';
import { links } from '../../routing/place.js';
import { topOf } from '../../scales.js';

const edges = ['0', '1', '2', '3', '4', '5'];

/** The bars of a histogram; the last bin also holds its upper end. */
export function scoreColumns(run: string, bins: readonly Bin[], aspect: Aspect | null): Column[] {
  return bins.map(({ from, to, count }, index) => ({
    label: `${decimal(from)} to ${decimal(to)}`,
    value: count,
    href: links.episodes(run, {
      score_of: aspect,
      score_min: from,
      ...(index === bins.length - 1 ? {} : { score_below: to }),
    }),
  }));
}

function momentsText({ mean, sd, min, max }: Moments): string {
  if (mean === null) return 'nothing scored yet';
  return `mean ${decimal(mean)}${sd === null ? '' : ` ± ${decimal(sd)}`}, from ${decimal(min)} to ${decimal(max)}`;
}

export function ScorePlot({ answer: { run, ca, ca_histogram } }: { answer: RunAnswer }) {
  return (
    <Plot
      title={run.protocol === 'solo' ? 'How good are the answers?' : 'How good is what they agree on?'}
      says={`Collective Agency, 0 to 5: ${momentsText(ca)}`}
      data={{ columns: ['from', 'to', 'episodes'], rows: ca_histogram.map(({ from, to, count }) => [from, to, count]) }}
    >
      <Columns columns={scoreColumns(run.run_id, ca_histogram, null)} edges={edges} />
      {ca.mean === null ? null : <SpreadMark mean={ca.mean} sd={ca.sd} from={0} to={5} label={momentsText(ca)} />}
    </Plot>
  );
}

export function AspectPlots({ answer: { run, aspects } }: { answer: RunAnswer }) {
  const top = topOf(aspects.flatMap(({ histogram }) => histogram.map(({ count }) => count)));
  return (
    <Plot
      title="Which aspects carry it?"
      says="each 0 to 5, on one scale; below, the mean ± one standard deviation"
      data={{
        columns: ['aspect', 'scored', 'mean', 'sd', 'min', 'max'],
        rows: aspects.map(({ aspect, moments: { count, mean, sd, min, max } }) => [aspect, count, mean, sd, min, max]),
      }}
    >
      <div class="aspects">
        {aspects.map(({ aspect, moments, histogram }) => (
          <div key={aspect}>
            <h3>
              {aspect} <span class="soft">{decimal(moments.mean)}</span>
            </h3>
            <Columns low columns={scoreColumns(run.run_id, histogram, aspect)} top={top} edges={['0', '5']} />
            {moments.mean === null ? null : (
              <SpreadMark
                mean={moments.mean}
                sd={moments.sd}
                from={0}
                to={5}
                label={`${aspect}: ${momentsText(moments)}`}
              />
            )}
          </div>
        ))}
      </div>
    </Plot>
  );
}
