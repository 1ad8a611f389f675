/** Two episodes of the group beside each other, round by round; the best and the worst unless others are chosen. */
import type { GroupAnswer, GroupEpisode } from '../../../api.js';
import { decimal, signed } from '../../format.js';
import { endingOf, Mark } from '../../parts/outcome.js';
import { links } from '../../routing/place.js';

interface Props {
  answer: GroupAnswer;
  left: string | null;
  right: string | null;
  onChoose: (changes: Record<string, string>) => void;
}

export function SideBySide({ answer, left, right, onChoose }: Props) {
  const { episodes } = answer;
  const find = (id: string | null) => episodes.find(({ episode_id }) => episode_id === id);
  const one = find(left) ?? episodes[0];
  const other = find(right) ?? episodes[1];
  if (one === undefined || other === undefined) return null;
  const rounds = Math.max(...[one, other].flatMap(({ turns }) => turns.map(({ round }) => round)), 0);
  const isExtremes = one.episode_id === answer.best && other.episode_id === answer.worst;
  return (
    <section class="section">
      <h2>{isExtremes ? 'The best beside the worst' : 'Two beside each other'}</h2>
      <div class="pair">
        <Chosen answer={answer} episode={one} label="On the left" onChoose={(id) => onChoose({ left: id })} />
        <Chosen answer={answer} episode={other} label="On the right" onChoose={(id) => onChoose({ right: id })} />
        {Array.from({ length: rounds }, (_, index) => index + 1).map((round) => (
          <RoundPair key={round} round={round} one={one} other={other} />
        ))}
        <Completion episode={one} />
        <Completion episode={other} />
      </div>
    </section>
  );
}

function Chosen({
  answer,
  episode,
  label,
  onChoose,
}: {
  answer: GroupAnswer;
  episode: GroupEpisode;
  label: string;
  onChoose: (id: string) => void;
}) {
  return (
    <header>
      <h3>
        <a href={links.episode(episode.episode_id)}>Episode {episode.number}</a>
        {episode.episode_id === answer.best ? ' · best' : episode.episode_id === answer.worst ? ' · worst' : ''}
      </h3>
      <p>
        <Mark ending={endingOf(episode)} /> · reward {decimal(episode.reward, 2)} · advantage{' '}
        {signed(episode.advantage)}
      </p>
      <label class="small soft">
        {label}{' '}
        <select value={episode.episode_id} onChange={(event) => onChoose(event.currentTarget.value)}>
          {answer.episodes.map(({ episode_id, number, reward }) => (
            <option key={episode_id} value={episode_id}>
              {number}, reward {decimal(reward, 2)}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}

function RoundPair({ round, one, other }: { round: number; one: GroupEpisode; other: GroupEpisode }) {
  return (
    <>
      <h4 class="full rounds-rule">Round {round}</h4>
      {[one, other].map((episode) => (
        <RoundOf key={episode.episode_id} round={round} episode={episode} />
      ))}
    </>
  );
}

function RoundOf({ round, episode }: { round: number; episode: GroupEpisode }) {
  const turns = episode.turns.filter((turn) => turn.round === round);
  const verdict = episode.verdicts.find((found) => found.round === round);
  const which = <p class="small soft which">Episode {episode.number}</p>;
  if (turns.length === 0) {
    return (
      <div>
        {which}
        <p class="small soft">over</p>
      </div>
    );
  }
  return (
    <div>
      {which}
      {turns.map(({ turn_index, seat, content }) => (
        <p key={turn_index} class={`read speech seat-${seat.toLowerCase()}`} dir="auto">
          {content}
        </p>
      ))}
      {verdict === undefined ? null : (
        <p class="small verdict-line" dir="auto">
          <strong class={verdict.value === 1 ? 'agreed' : ''}>
            {verdict.value === null ? 'verdict could not be read' : verdict.value === 1 ? 'agreed' : 'not agreed'}
          </strong>{' '}
          <span class="soft">{verdict.reason}</span>
        </p>
      )}
    </div>
  );
}

function Completion({ episode }: { episode: GroupEpisode }) {
  return (
    <div class="joint">
      <h4>
        Joint answer <span class="which">of episode {episode.number}</span>
      </h4>
      {episode.completion === null ? (
        <p class="soft">None was written.</p>
      ) : (
        <p class="read" dir="auto">
          {episode.completion}
        </p>
      )}
      <p class="small soft">
        CA {decimal(episode.ca_score)} · knowledge {decimal(episode.knowledge)} · benevolence{' '}
        {decimal(episode.benevolence)} · power {decimal(episode.power)} · vitality {decimal(episode.vitality)}
      </p>
    </div>
  );
}
