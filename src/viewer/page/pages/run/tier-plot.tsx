/** Outcomes by tier: a bar of parts, and the agreement rate with its interval on one axis. */
import type { RunAnswer, TierFigures } from '../../../api.js';
import { count, decimal, percent, percentRange, words } from '../../format.js';
import { IntervalMark } from '../../parts/interval.js';
import { Plot, type PlotData } from '../../parts/plot.js';
import { links, type Params } from '../../routing/place.js';

export function TierPlot({ answer: { run, tiers } }: { answer: RunAnswer }) {
  return (
    <Plot
      title="How do they end, by tier?"
      says={
        run.protocol === 'solo' ? (
          'answered alone, failed (hatched), unfinished (pale)'
        ) : (
          <>
            <span class="agreed">agreed</span>, <span class="deadlocked">deadlocked</span>, failed (hatched), unfinished
            (pale)
          </>
        )
      }
      data={numbersOf(tiers)}
    >
      <ul class="tiers">
        {tiers.map((tier) => (
          <li key={tier.tier}>
            <TierLine run={run.run_id} figures={tier} />
          </li>
        ))}
      </ul>
    </Plot>
  );
}

function numbersOf(tiers: readonly TierFigures[]): PlotData {
  return {
    columns: [
      'tier',
      'episodes',
      'agreed',
      'deadlocked',
      'failed',
      'unfinished',
      'rate',
      'low',
      'high',
      'rounds',
      'CA mean',
      'CA sd',
    ],
    rows: tiers.map((tier) => [
      tier.tier,
      tier.episodes,
      tier.agreed,
      tier.deadlocked,
      tier.failed,
      tier.unfinished,
      tier.agreement_rate,
      tier.agreement_interval?.low ?? null,
      tier.agreement_interval?.high ?? null,
      tier.rounds_to_agreement,
      tier.ca.mean,
      tier.ca.sd,
    ]),
  };
}

function TierLine({ run, figures }: { run: string; figures: TierFigures }) {
  const { tier } = figures;
  return (
    <>
      <div class="tier-line">
        <span>
          <a href={links.episodes(run, { tier })}>{words(tier)}</a>{' '}
          {figures.agreement_rate === null ? null : (
            <>
              {percent(figures.agreement_rate)}{' '}
              <span class="small soft">({percentRange(figures.agreement_interval)})</span>
            </>
          )}
        </span>
        <span class="small soft">
          {figures.rounds_to_agreement === null ? '' : `${decimal(figures.rounds_to_agreement)} rounds · `}CA{' '}
          {decimal(figures.ca.mean)}
        </span>
      </div>
      <OutcomeStack run={run} figures={figures} />
      {figures.agreement_rate === null ? null : (
        <IntervalMark share={figures.agreement_rate} interval={figures.agreement_interval} />
      )}
    </>
  );
}

function OutcomeStack({ run, figures }: { run: string; figures: TierFigures }) {
  const { tier, episodes, agreed, deadlocked, failed, unfinished } = figures;
  const parts: { kind: string; value: number; params: Params | null }[] = [
    { kind: 'agreed', value: agreed, params: { tier, outcome: 'agreed' } },
    { kind: 'deadlocked', value: deadlocked, params: { tier, outcome: 'deadlocked' } },
    // Of a solo run: nothing was negotiated.
    { kind: 'answered', value: episodes - agreed - deadlocked - failed - unfinished, params: { tier, status: 'done' } },
    { kind: 'failed', value: failed, params: { tier, status: 'failed' } },
    { kind: 'unfinished', value: unfinished, params: null },
  ];
  return (
    <div class="stack">
      {parts
        .filter(({ value }) => value > 0)
        .map(({ kind, value, params }) => {
          const width = {
            style: { flexGrow: value, flexBasis: 0 },
            class: kind,
            title: `${words(tier)}, ${kind}: ${count(value)}`,
          };
          return params === null ? (
            <span key={kind} {...width}>
              {count(value)}
            </span>
          ) : (
            <a key={kind} href={links.episodes(run, params)} aria-label={width.title} {...width}>
              {count(value)}
            </a>
          );
        })}
    </div>
  );
}
