/** The columns of the table of episodes: what each is called, sorted by and filled with. */
import type { ComponentChildren } from 'preact';
import type { EpisodeLine, EpisodeSort } from '../../../api.js';
import { decimal, nothing, signed, words } from '../../format.js';
import { endingOf, Mark } from '../../parts/outcome.js';
import { links } from '../../routing/place.js';

export interface EpisodeColumn {
  name: string;
  /** What a short name stands for. */
  full?: string;
  /** Null: not sortable. */
  sort: EpisodeSort | null;
  /** The order a first click gives. */
  first: 'asc' | 'desc';
  class: string;
  cell(line: EpisodeLine): ComponentChildren;
}

const score = (
  name: string,
  sort: 'ca_score' | 'knowledge' | 'benevolence' | 'power' | 'vitality',
  full: string,
): EpisodeColumn => ({
  name,
  full,
  sort,
  first: 'desc',
  class: sort === 'ca_score' ? 'n' : 'n wide-only mid-only',
  cell: (line) => decimal(line[sort]),
});

export const episodeColumns: readonly EpisodeColumn[] = [
  {
    name: 'No.',
    full: 'Number in the run',
    sort: 'number',
    first: 'asc',
    class: '',
    cell: (line) => (
      <a href={links.episode(line.episode_id)} tabIndex={-1}>
        {line.number}
      </a>
    ),
  },
  { name: 'Dilemma', sort: null, first: 'asc', class: '', cell: (line) => words(line.dilemma_id) },
  { name: 'Pair', sort: null, first: 'asc', class: 'wide-only mid-only', cell: (line) => words(line.pair_id) },
  { name: 'Tier', sort: null, first: 'asc', class: 'soft wide-only mid-only', cell: (line) => line.tier },
  {
    name: 'Outcome',
    sort: null,
    first: 'asc',
    class: '',
    cell: (line) => <Mark ending={endingOf(line)} {...(line.failure === null ? {} : { label: words(line.failure) })} />,
  },
  { name: 'Rounds', sort: 'rounds', first: 'desc', class: 'n', cell: (line) => line.rounds ?? nothing },
  score('CA', 'ca_score', 'Collective Agency'),
  score('Kno', 'knowledge', 'Knowledge'),
  score('Ben', 'benevolence', 'Benevolence'),
  score('Pow', 'power', 'Power'),
  score('Vit', 'vitality', 'Vitality'),
  { name: 'Reward', sort: 'reward', first: 'desc', class: 'n mid-only', cell: (line) => decimal(line.reward, 2) },
  {
    name: 'Adv.',
    full: 'Advantage',
    sort: null,
    first: 'desc',
    class: 'n mid-only',
    cell: (line) => signed(line.advantage),
  },
];
