/** A column per run, a row per question; all plots of a row share one axis. */

import type { ComponentChildren } from 'preact';
import type { CompareAnswer, TierFigures } from '../../../api.js';
import { count, decimal, percent, percentRange, words } from '../../format.js';
import { Columns } from '../../parts/columns.js';
import { IntervalMark, SpreadMark } from '../../parts/interval.js';
import { ScrollX } from '../../parts/scroll-x.js';
import { links } from '../../routing/place.js';
import { topOf } from '../../scales.js';
import { scoreColumns } from '../run/score-plots.js';

type Compared = CompareAnswer['runs'][number];

interface Line {
  name: string;
  cell: (run: Compared) => ComponentChildren;
}

/** The questions, each with its answer for one run; the tops of axes are shared by all of them. */
function linesFor(runs: readonly Compared[]): Line[] {
  const roundsTop = topOf(runs.flatMap(({ rounds }) => rounds.map(({ agreed }) => agreed)));
  const scoresTop = topOf(runs.flatMap(({ ca_histogram }) => ca_histogram.map(({ count: value }) => value)));
  const most = Math.max(...runs.map(({ rounds }) => rounds.length));
  const tiers = [...new Set(runs.flatMap((run) => run.tiers.map(({ tier }) => tier)))];
  const row = (name: string, cell: Line['cell']): Line => ({ name, cell });
  return [
    row('agreed', (run) => <Rate share={run.agreement_rate} interval={run.agreement_interval} />),
    ...tiers.map((tier) =>
      row(`agreed, ${words(tier)}`, (run) => <TierRate figures={run.tiers.find((found) => found.tier === tier)} />),
    ),
    row('in which round they agree', (run) => <Rounds run={run} top={roundsTop} most={most} />),
    row('rounds to agreement', (run) => decimal(run.rounds_to_agreement, 2)),
    row('Collective Agency', (run) => (
      <Columns
        low
        columns={scoreColumns(run.run_id, run.ca_histogram, null)}
        top={scoresTop}
        edges={['0', '1', '2', '3', '4', '5']}
      />
    )),
    row('mean ± sd', (run) => <Score run={run} />),
    row(
      'reward of groups',
      (run) =>
        `${decimal(run.groups.reward_mean, 2)} on average, ${decimal(run.groups.reward_min, 2)} to ${decimal(run.groups.reward_max, 2)}`,
    ),
    row('groups without spread', (run) => `${count(run.groups.zero_variance)} of ${count(run.groups.graded)} graded`),
    row('episodes', (run) => `${count(run.counts.done)} done, ${count(run.counts.failed)} failed`),
    row('models', (run) => [...new Set(Object.values(run.models))].join(', ')),
  ];
}

export function CompareTable({ runs }: { runs: readonly Compared[] }) {
  return (
    <ScrollX label="Runs">
      <table class="compare">
        <thead>
          <tr>
            <td />
            {runs.map((run) => (
              <th key={run.run_id} scope="col">
                <a class="name" href={links.run(run.run_id)}>
                  {run.name}
                </a>{' '}
                <span class="soft">
                  {run.protocol === 'solo' ? 'solo' : run.mode} · {run.status === 'done' ? 'finished' : run.status}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {linesFor(runs).map(({ name, cell }) => (
            <tr key={name}>
              <th scope="row" class="soft">
                {name}
              </th>
              {runs.map((run) => (
                <td key={run.run_id}>{cell(run)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function Rate({ share, interval }: Parameters<typeof IntervalMark>[0]) {
  return (
    <div class="rate">
      <IntervalMark share={share} interval={interval} />
      <span class="nowrap">
        {percent(share)} <span class="soft">{interval === null ? '' : `(${percentRange(interval)})`}</span>
      </span>
    </div>
  );
}

function TierRate({ figures }: { figures: TierFigures | undefined }) {
  return <Rate share={figures?.agreement_rate ?? null} interval={figures?.agreement_interval ?? null} />;
}

function Rounds({ run, top, most }: { run: Compared; top: number; most: number }) {
  const agreedIn = new Map(run.rounds.map(({ round, agreed }) => [round, agreed]));
  return (
    <Columns
      low
      hue="green"
      top={top}
      columns={Array.from({ length: most }, (_, index) => ({
        label: `round ${index + 1}`,
        tick: String(index + 1),
        value: agreedIn.get(index + 1) ?? 0,
        href: links.episodes(run.run_id, { outcome: 'agreed', rounds_min: index + 1, rounds_max: index + 1 }),
      }))}
    />
  );
}

function Score({ run: { ca } }: { run: Compared }) {
  if (ca.mean === null) return <>–</>;
  const text = `${decimal(ca.mean, 2)} ± ${decimal(ca.sd, 2)}`;
  return (
    <div class="rate">
      <SpreadMark mean={ca.mean} sd={ca.sd} from={0} to={5} label={text} />
      <span class="nowrap">{text}</span>
    </div>
  );
}
