/** Episodes finished over time, with the lines named at their ends. */

import type { RunAnswer } from '../../../api.js';
import { count, duration, moment } from '../../format.js';
import { Plot } from '../../parts/plot.js';
import { position, spreadLabels } from '../../scales.js';
import { timedPoints } from './progress-points.js';

const height = 112;

interface Line {
  name: string;
  values: number[];
  hue: string;
}

export function ProgressPlot({
  progress,
  planned,
  solo,
}: {
  progress: RunAnswer['progress'];
  planned: number;
  solo: boolean;
}) {
  const times = progress.map(({ time }) => Date.parse(time));
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const lines: Line[] = [
    { name: 'finished', hue: 'all', values: progress.map(({ finished }) => finished) },
    { name: 'agreed', hue: 'agreed', values: progress.map(({ agreed }) => agreed) },
    { name: 'failed', hue: 'failed', values: progress.map(({ failed }) => failed) },
  ].filter(({ name, values }) => (name === 'agreed' ? !solo : name !== 'failed' || (values.at(-1) ?? 0) > 0));
  return (
    <Plot
      title="How did it go over time?"
      says={
        progress.length === 0
          ? 'nothing has finished yet'
          : `${count(planned)} episodes planned; ${duration(last - first)} from the first to the last that finished`
      }
      data={{
        columns: ['time', 'finished', 'failed', 'agreed'],
        rows: progress.map(({ time, finished, failed, agreed }) => [time, finished, failed, agreed]),
      }}
    >
      {progress.length === 0 ? null : (
        <ProgressDrawing lines={lines} times={times} top={Math.max(1, progress.at(-1)?.finished ?? 1)} />
      )}
      {progress.length === 0 ? null : (
        <div class="scale progress-scale small soft" aria-hidden="true">
          <span>{moment(progress[0]?.time ?? null)}</span>
          <span>+ {duration(last - first)}</span>
        </div>
      )}
    </Plot>
  );
}

function ProgressDrawing({ lines, times, top }: { lines: readonly Line[]; times: readonly number[]; top: number }) {
  const ends = lines.map(({ values }) => height - (position(values.at(-1) ?? 0, 0, top) * height) / 100);
  const labels = spreadLabels(ends, 16, height - 8);
  const text = lines.map(({ name, values }) => `${count(values.at(-1) ?? 0)} ${name}`).join(', ');
  return (
    <div class="progress">
      <svg width="100%" height={height} viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={text}>
        {lines.map(({ name, values, hue }) => (
          <polyline
            key={name}
            class={`line ${hue}`}
            points={timedPoints(times, values, top)}
            vector-effect="non-scaling-stroke"
          />
        ))}
      </svg>
      <div class="line-names" aria-hidden="true">
        {lines.map(({ name, values, hue }, index) => (
          <span key={name} class={hue} style={{ top: `${(labels[index] ?? 0) - 8}px` }}>
            {count(values.at(-1) ?? 0)} {name}
          </span>
        ))}
      </div>
    </div>
  );
}
