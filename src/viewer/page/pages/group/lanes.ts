/** Episodes as lanes on one axis, by time or by turn: pure layout. */
import type { GroupEpisode } from '../../../api.js';

export type LaneAxis = 'time' | 'turn';

export interface LaneSpan {
  turnIndex: number;
  seat: 'A' | 'B';
  from: number;
  to: number;
}

export interface LaneVerdict {
  round: number;
  at: number;
  /** 1 agreed, 0 not, null unreadable. */
  value: number | null;
}

export interface Lane {
  spans: LaneSpan[];
  verdicts: LaneVerdict[];
}

export function laneOf({ turns, verdicts }: Pick<GroupEpisode, 'turns' | 'verdicts'>, axis: LaneAxis): Lane {
  const spans = turns.map(({ turn_index, seat, started_ms, ended_ms }) => ({
    turnIndex: turn_index,
    seat,
    from: axis === 'time' ? started_ms : turn_index,
    to: axis === 'time' ? ended_ms : turn_index + 1,
  }));
  const marks = verdicts.flatMap(({ round, value }) => {
    const last = turns.findLast((turn) => turn.round === round);
    const span = spans.find(({ turnIndex }) => turnIndex === last?.turn_index);
    return span === undefined ? [] : [{ round, at: span.to, value }];
  });
  return { spans, verdicts: marks };
}

/** The end of the axis that all lanes share. */
export function axisEnd(lanes: readonly Lane[]): number {
  return lanes.flatMap(({ spans }) => spans).reduce((end, { to }) => Math.max(end, to), 0) || 1;
}

/** Time, unless the turns took next to none of it: then a lane by time would be empty, and turns say more. */
export function tellingAxis(episodes: readonly Pick<GroupEpisode, 'turns'>[]): LaneAxis {
  const turns = episodes.flatMap((episode) => episode.turns);
  const spoken = turns.reduce((sum, { started_ms, ended_ms }) => sum + ended_ms - started_ms, 0);
  const lasted = episodes.reduce((sum, episode) => sum + (episode.turns.at(-1)?.ended_ms ?? 0), 0);
  return spoken < lasted * 0.1 ? 'turn' : 'time';
}
