/** The figures a reader came for, largest first, each with what it rests on. */
import type { RunAnswer } from '../../../api.js';
import { compact, count, decimal, percent, percentRange, plural } from '../../format.js';
import { IntervalMark } from '../../parts/interval.js';

export function KeyFigures({ answer: { run, ca, spread } }: { answer: RunAnswer }) {
  const { counts } = run;
  const settled = counts.done + counts.failed;
  return (
    <dl class="figures">
      {run.protocol === 'solo' ? null : <Agreement run={run} />}
      <div>
        <dd>
          {decimal(ca.mean)}
          {ca.sd === null ? null : <span class="sd"> ± {decimal(ca.sd)}</span>}
        </dd>
        <dd class="small soft">
          of 5 · {plural(ca.count, 'completion')}, {decimal(ca.min)} to {decimal(ca.max)}
        </dd>
        <dt>Collective Agency</dt>
      </div>
      <div>
        <dd>
          {count(spread.total - spread.zero_variance)}
          <span class="sd"> of {count(counts.groups)}</span>
        </dd>
        <dd class="small soft">
          {spread.zero_variance === 0
            ? 'none without spread so far'
            : `${plural(spread.zero_variance, 'group')} without spread`}
        </dd>
        <dt>groups with a learning signal</dt>
      </div>
      <div>
        <dd>
          {count(settled)}
          {settled === counts.episodes ? null : <span class="sd"> of {count(counts.episodes)}</span>}
        </dd>
        <dd class="small soft">
          {count(counts.graded)} graded, {count(counts.failed)} failed
          {counts.running === 0 ? '' : `, ${count(counts.running)} in flight`}
        </dd>
        <dt>episodes</dt>
      </div>
      <div>
        <dd>{compact(run.tokens.prompt + run.tokens.completion)}</dd>
        <dd class="small soft">{compact(run.tokens.completion)} written</dd>
        <dt>tokens</dt>
      </div>
    </dl>
  );
}

function Agreement({ run }: Pick<RunAnswer, 'run'>) {
  const { counts } = run;
  return (
    <>
      <div>
        <dd>{percent(run.agreement_rate)}</dd>
        <dd>
          <IntervalMark share={run.agreement_rate} interval={run.agreement_interval} />
          <span class="small soft">
            {counts.agreed} of {counts.agreed + counts.deadlocked}, 95 % {percentRange(run.agreement_interval)}
          </span>
        </dd>
        <dt>agreed</dt>
      </div>
      <div>
        <dd>{decimal(run.rounds_to_agreement)}</dd>
        <dt>rounds to agreement</dt>
      </div>
    </>
  );
}
