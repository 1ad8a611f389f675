/** In which round the episodes agreed. */
import type { RunAnswer } from '../../../api.js';
import { decimal } from '../../format.js';
import { Columns } from '../../parts/columns.js';
import { Plot } from '../../parts/plot.js';
import { links } from '../../routing/place.js';

export function RoundsPlot({ answer: { run, rounds } }: { answer: RunAnswer }) {
  return (
    <Plot
      title="In which round do they agree?"
      says={
        run.rounds_to_agreement === null
          ? 'none has agreed yet'
          : `episodes; on average in round ${decimal(run.rounds_to_agreement)}`
      }
      data={{ columns: ['round', 'agreed'], rows: rounds.map(({ round, agreed }) => [round, agreed]) }}
    >
      <Columns
        hue="green"
        columns={rounds.map(({ round, agreed }) => ({
          label: `round ${round}`,
          tick: String(round),
          value: agreed,
          href: links.episodes(run.run_id, { outcome: 'agreed', rounds_min: round, rounds_max: round }),
        }))}
      />
    </Plot>
  );
}
