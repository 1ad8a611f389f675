/** The group in thumbnails: height is the reward, the hue the outcome, a tick for every round. */
import type { Sibling } from '../../../api.js';
import { decimal, plural } from '../../format.js';
import { endingOf } from '../../parts/outcome.js';
import { links } from '../../routing/place.js';
import { position } from '../../scales.js';

const height = 40;

export function SiblingsStrip({
  siblings,
  current,
  keep,
}: {
  siblings: readonly Sibling[];
  current: string;
  keep: Record<string, string>;
}) {
  if (siblings.length < 2) return null;
  const top = Math.max(5, ...siblings.map(({ reward }) => reward ?? 0));
  return (
    <nav class="siblings" aria-label="Episodes of the group">
      <ol>
        {siblings.map((sibling) => (
          <li key={sibling.episode_id}>
            <Thumbnail sibling={sibling} top={top} isCurrent={sibling.episode_id === current} keep={keep} />
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Thumbnail({
  sibling,
  top,
  isCurrent,
  keep,
}: {
  sibling: Sibling;
  top: number;
  isCurrent: boolean;
  keep: Record<string, string>;
}) {
  const { number, reward, rounds } = sibling;
  const ending = endingOf(sibling);
  const filled = (position(reward ?? 0, 0, top) * height) / 100;
  const text = `Episode ${number}: ${ending}, ${rounds === null ? 'rounds unknown' : plural(rounds, 'round')}, reward ${decimal(reward, 2)}`;
  const ticks = Math.min(rounds ?? 0, 12);
  return (
    <a
      href={links.episode(sibling.episode_id, keep)}
      aria-label={text}
      title={text}
      {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
    >
      <svg width="32" height={height} aria-hidden="true">
        <rect class="ground" width="32" height={height} />
        {reward === null ? (
          <path class="none" d={`M4 ${height - 4}L28 4`} />
        ) : (
          <rect class={ending} y={height - Math.max(1, filled)} width="32" height={Math.max(1, filled)} />
        )}
        {Array.from({ length: ticks }, (_, index) => (
          <rect
            key={index}
            class="tick"
            x={2 + index * (28 / Math.max(ticks, 7))}
            y={height - 5}
            width="2"
            height="3"
          />
        ))}
      </svg>
      <span aria-hidden="true">{number}</span>
    </a>
  );
}
