/** A share with its 95 % interval on an axis of 0 to 100 %, the same wherever it is drawn. */
import type { Interval } from '../../api.js';
import { percent, percentRange } from '../format.js';
import { percentOf } from '../scales.js';

interface Props {
  share: number | null;
  interval: Interval | null;
}

export function IntervalMark({ share, interval }: Props) {
  if (share === null || interval === null) return <div class="interval" aria-hidden="true" />;
  const { low, high } = interval;
  return (
    <div class="interval" role="img" aria-label={`${percent(share)}, 95 % interval ${percentRange(interval)}`}>
      <span class="half" />
      <b style={{ insetInlineStart: percentOf(low, 0, 1), width: percentOf(high - low, 0, 1) }} />
      <i style={{ insetInlineStart: percentOf(share, 0, 1) }} />
    </div>
  );
}

/** A mean with one standard deviation to each side, on an axis that the caller shares between plots. */
export function SpreadMark({
  mean,
  sd,
  from,
  to,
  label,
}: {
  mean: number;
  sd: number | null;
  from: number;
  to: number;
  label: string;
}) {
  const low = Math.max(from, mean - (sd ?? 0));
  const high = Math.min(to, mean + (sd ?? 0));
  return (
    <div class="interval grey" role="img" aria-label={label}>
      <b style={{ insetInlineStart: percentOf(low, from, to), width: percentOf(high - low, 0, to - from) }} />
      <i style={{ insetInlineStart: percentOf(mean, from, to) }} />
    </div>
  );
}
