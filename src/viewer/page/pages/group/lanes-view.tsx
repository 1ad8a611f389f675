/** One lane per episode on a shared axis: turns in the hue of their seat, verdicts after each round, the reward at the end. */
import type { GroupEpisode } from '../../../api.js';
import { decimal, duration, signed } from '../../format.js';
import { endingOf, Mark } from '../../parts/outcome.js';
import { links } from '../../routing/place.js';
import { percentOf, ticks } from '../../scales.js';
import { axisEnd, type Lane, type LaneAxis, laneOf } from './lanes.js';

interface Props {
  episodes: readonly GroupEpisode[];
  axis: LaneAxis;
  onAxis: (axis: LaneAxis) => void;
}

export function Lanes({ episodes, axis, onAxis }: Props) {
  const lanes = episodes.map((episode) => laneOf(episode, axis));
  const end = axisEnd(lanes);
  const top = Math.max(5, ...episodes.map(({ reward }) => reward ?? 0));
  const widest = Math.max(1, ...episodes.map(({ advantage }) => Math.abs(advantage ?? 0)));
  return (
    <>
      <div class="switch" role="group" aria-label="Axis">
        {(['time', 'turn'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={axis === name} onClick={() => onAxis(name)}>
            By {name}
          </button>
        ))}
        <span class="small soft">
          <span class="a">A speaks</span>, <span class="b">B speaks</span>; after each round the verdict: a disc for
          agreed, a ring for not yet
        </span>
      </div>
      <div class="lanes" role="table" aria-label="Episodes of the group">
        <div class="lane lane-head" role="row">
          <span role="columnheader">Episode</span>
          <span role="columnheader" class="lane-scale">
            <span class="sr">{axis === 'time' ? 'Turns by time' : 'Turns'}</span>
            {ticks(end, 5)
              .slice(0, axis === 'turn' ? -1 : undefined)
              .map((tick) => (
                <span key={tick} aria-hidden="true" style={{ insetInlineStart: percentOf(tick, 0, end) }}>
                  {axis === 'time' ? duration(tick) : `turn ${tick + 1}`}
                </span>
              ))}
          </span>
          <span role="columnheader">Reward</span>
          <span role="columnheader">Advantage</span>
        </div>
        {episodes.map((episode, index) => (
          <LaneRow
            key={episode.episode_id}
            episode={episode}
            lane={lanes[index] ?? { spans: [], verdicts: [] }}
            end={end}
            top={top}
            widest={widest}
          />
        ))}
      </div>
    </>
  );
}

interface RowProps {
  episode: GroupEpisode;
  lane: Lane;
  end: number;
  top: number;
  widest: number;
}

function LaneRow({ episode, lane, end, top, widest }: RowProps) {
  const { episode_id, reward, advantage, number } = episode;
  return (
    <div class="lane" role="row">
      <span role="rowheader" class="lane-name">
        <a href={links.episode(episode_id)}>{number}</a> <Mark ending={endingOf(episode)} />
      </span>
      <span role="cell" class="track">
        <LaneTrack episode={episode} lane={lane} end={end} />
      </span>
      <span role="cell" class="reward">
        <i style={{ width: percentOf(reward ?? 0, 0, top) }} />
        <span>{decimal(reward, 2)}</span>
      </span>
      <span role="cell" class="advantage">
        <span class="diverging" aria-hidden="true">
          {advantage === null ? null : (
            <i
              style={{
                insetInlineStart: percentOf(Math.min(0, advantage), -widest, widest),
                width: percentOf(Math.abs(advantage), 0, 2 * widest),
              }}
            />
          )}
        </span>
        <span>{signed(advantage)}</span>
      </span>
    </div>
  );
}

function LaneTrack({ episode, lane, end }: { episode: GroupEpisode; lane: Lane; end: number }) {
  return (
    <>
      {lane.spans.map(({ turnIndex, seat, from, to }) => (
        <a
          key={turnIndex}
          class={`seg seg-${seat.toLowerCase()}`}
          href={links.episode(episode.episode_id, { turn: turnIndex })}
          tabIndex={turnIndex === 0 ? 0 : -1}
          aria-label={`Turn ${turnIndex + 1}, ${seat}`}
          title={`${seat}, turn ${turnIndex + 1}: ${episode.turns[turnIndex]?.content.slice(0, 160) ?? ''}`}
          style={{ insetInlineStart: percentOf(from, 0, end), width: percentOf(to - from, 0, end) }}
        />
      ))}
      {lane.verdicts.map(({ round, at, value }) => (
        <span
          key={round}
          role="img"
          class={`verdict-dot ${value === null ? 'unread' : value === 1 ? 'yes' : 'no'}`}
          aria-label={`Round ${round}: ${value === null ? 'verdict could not be read' : value === 1 ? 'agreed' : 'not agreed'}`}
          title={episode.verdicts.find((verdict) => verdict.round === round)?.reason ?? ''}
          style={{ insetInlineStart: percentOf(at, 0, end) }}
        />
      ))}
    </>
  );
}
