/** Least, mean and greatest reward of every group, in order of the mean: the room there is to learn from. */
import type { GroupSpread, RunAnswer } from '../../../api.js';
import { count, decimal, plural } from '../../format.js';
import { Plot } from '../../parts/plot.js';
import { links } from '../../routing/place.js';
import { percentOf, ticks } from '../../scales.js';

const height = 160;

export function SpreadPlot({ answer: { spread } }: { answer: RunAnswer }) {
  const groups = [...spread.groups].sort((one, other) => one.mean - other.mean || one.ordinal - other.ordinal);
  const shown = groups.length < spread.total ? ` · ${count(groups.length)} of ${count(spread.total)} drawn` : '';
  return (
    <Plot
      wide
      title="How far apart are the rewards of a group?"
      says={
        groups.length === 0
          ? 'no group has a graded episode yet'
          : `least, mean and greatest reward; a square marks ${plural(spread.zero_variance, 'group')} without spread (no learning signal), of ${count(spread.total)}${shown}`
      }
      data={{
        columns: ['group', 'dilemma', 'graded', 'size', 'min', 'mean', 'max'],
        rows: groups.map(({ ordinal, dilemma_id, graded, size, min, mean, max }) => [
          ordinal,
          dilemma_id,
          graded,
          size,
          min,
          mean,
          max,
        ]),
      }}
    >
      {groups.length === 0 ? null : <SpreadDrawing groups={groups} />}
    </Plot>
  );
}

/** A reward is a score of 0 to 5 unless a run composes its own; the axis takes both. */
function SpreadDrawing({ groups }: { groups: readonly GroupSpread[] }) {
  const top = Math.max(5, ...groups.map(({ max }) => max));
  const bottom = Math.min(0, ...groups.map(({ min }) => min));
  const y = (value: number) => Number((height - ((value - bottom) / (top - bottom)) * height).toFixed(2));
  return (
    <div class="spread">
      <div class="spread-axis" aria-hidden="true">
        {ticks(top, 5).map((tick) => (
          <span key={tick} style={{ top: `${y(tick)}px` }}>
            {tick}
          </span>
        ))}
      </div>
      <svg width="100%" height={height} role="group" aria-label="Groups by mean reward">
        {ticks(top, 5).map((tick) => (
          <line key={tick} class="grid-line" x1="0" x2="100%" y1={y(tick)} y2={y(tick)} />
        ))}
        {groups.map((group, index) => (
          <GroupStroke
            key={group.group_id}
            group={group}
            x={percentOf(index + 0.5, 0, groups.length)}
            y={y}
            share={100 / groups.length}
            start={percentOf(index, 0, groups.length)}
          />
        ))}
      </svg>
    </div>
  );
}

function GroupStroke({
  group,
  x,
  y,
  share,
  start,
}: {
  group: GroupSpread;
  x: string;
  y: (value: number) => number;
  share: number;
  start: string;
}) {
  const { min, mean, max } = group;
  const text = `Group ${group.ordinal + 1}, ${group.dilemma_id}: ${decimal(min)} to ${decimal(max)}, mean ${decimal(mean, 2)}${group.zero_variance ? ', no spread' : ''}`;
  return (
    <a href={links.group(group.group_id)} aria-label={text}>
      <title>{text}</title>
      <rect class="hit" x={start} y="-8" width={`${share}%`} height={height + 16} />
      {group.zero_variance ? (
        <svg x={x} y={y(mean)}>
          <rect class="flat" x="-4" y="-4" width="8" height="8" />
        </svg>
      ) : (
        <>
          <line class="range" x1={x} x2={x} y1={y(max)} y2={y(min)} />
          <circle class="mean" cx={x} cy={y(mean)} r="3.5" />
        </>
      )}
    </a>
  );
}
