/** The first turn at which the episodes say different things, with what they still share in front. */
import type { GroupAnswer } from '../../../api.js';
import { plural } from '../../format.js';
import { endingOf, Mark } from '../../parts/outcome.js';
import { links } from '../../routing/place.js';
import { partTexts } from './parting.js';

const shownCharacters = 360;

export function PartingView({ answer: { episodes, parts_at_turn } }: { answer: GroupAnswer }) {
  if (parts_at_turn === null) {
    const spoken = episodes.filter(({ turns }) => turns.length > 0).length;
    return spoken < 2 ? null : (
      <section class="section">
        <h2>Where they part</h2>
        <p class="soft">Nowhere: the {plural(spoken, 'dialogue')} are the same, word for word.</p>
      </section>
    );
  }
  const said = episodes.flatMap((episode) => {
    const turn = episode.turns.find(({ turn_index }) => turn_index === parts_at_turn);
    return turn === undefined ? [] : [{ member: episode, text: turn.content }];
  });
  const { shared, clusters } = partTexts(said);
  const seat = parts_at_turn % 2 === 0 ? 'A' : 'B';
  return (
    <section class="section">
      <h2>Where they part: turn {parts_at_turn + 1}</h2>
      <p class="soft">
        {parts_at_turn === 0 ? 'In its very first turn' : `After ${plural(parts_at_turn, 'turn')} in common,`} {seat}{' '}
        goes {plural(clusters.length, 'way')}.
      </p>
      {shared === '' ? null : (
        <p class={`read shared seat-${seat.toLowerCase()}`} dir="auto">
          {shared} …
        </p>
      )}
      <ul class="partings">
        {clusters.map(({ members, rest }) => (
          <li key={members[0]?.episode_id}>
            <p class="small">
              {members.map((member) => (
                <span key={member.episode_id} class="member">
                  <a href={links.episode(member.episode_id, { turn: parts_at_turn })}>{member.number}</a>{' '}
                  <Mark ending={endingOf(member)} />
                </span>
              ))}
            </p>
            <p class="read" dir="auto">
              {shared === '' ? '' : '… '}
              {rest.length > shownCharacters ? `${[...rest.slice(0, shownCharacters)].join('')} …` : rest}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
