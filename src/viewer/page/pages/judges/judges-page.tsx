/** The judges of a run: how each scores, how often it cannot be read, and where two scores of one text disagree. */
import { useEffect } from 'preact/hooks';
import type { Bin, JudgeFigures, JudgesAnswer } from '../../../api.js';
import type { PageProps } from '../../app.js';
import { apiPath } from '../../data/fetch-answer.js';
import { useRunVersion } from '../../data/live.js';
import { useAnswer } from '../../data/use-answer.js';
import { count, decimal, duration, percent, plural, words } from '../../format.js';
import { useKeys } from '../../keys.js';
import { Columns } from '../../parts/columns.js';
import { Empty } from '../../parts/empty.js';
import { Notice } from '../../parts/notice.js';
import { PageHead } from '../../parts/page-head.js';
import { Plot } from '../../parts/plot.js';
import { Waiting } from '../../parts/waiting.js';
import { links } from '../../routing/place.js';
import { go } from '../../routing/use-place.js';
import { Disagreements } from './disagreements.js';

/** Beyond this share of one value, a judge hardly tells texts apart. */
const modalWarning = 0.6;

export function JudgesPage({ run, onCrumbs }: PageProps & { run: string }) {
  const asked = useAnswer<JudgesAnswer>(apiPath(['runs', run, 'judges']), useRunVersion(run));
  const { answer } = asked;
  const name = answer?.run.name ?? run;
  useEffect(
    () =>
      onCrumbs([
        { label: 'Runs', href: links.runs() },
        { label: name, href: links.run(run) },
        { label: 'Judges', href: null },
      ]),
    [name],
  );
  useKeys({
    u: () => go(links.run(run)),
    esc: () => go(links.run(run)),
    '/': () => go(links.episodes(run, { find: 1 })),
  });
  if (answer === null) return <Waiting asked={asked} />;
  return (
    <>
      <PageHead title={`Judges of ${name}`} command={answer.command} />
      <Notice text={answer.run.notice} />
      {answer.judges.length === 0 ? (
        <Empty command={`entente resume ${name}`}>
          No verdict yet. Judges speak after every round and on every joint answer.
        </Empty>
      ) : (
        <div class="plots">
          {answer.judges.map((judge) => (
            <JudgePlot key={`${judge.kind}/${judge.model}/${judge.prompt_hash}`} judge={judge} />
          ))}
        </div>
      )}
      <Disagreements answer={answer} />
    </>
  );
}

const titles: Readonly<Record<string, string>> = {
  agreement: 'Agreement',
  ca: 'Collective Agency',
  utility: 'Utility',
};

/** Whole numbers from one end of the bins to the other. */
function edgesOf(bins: readonly Bin[]): string[] {
  const [from, to] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 5];
  return Array.from({ length: Math.floor(to - from) + 1 }, (_, index) => String(from + index));
}

function JudgePlot({ judge }: { judge: JudgeFigures }) {
  const { kind, model, prompt_hash, verdicts, unparsed, repaired, histogram, modal_share, moments } = judge;
  const isScore = kind !== 'agreement';
  return (
    <Plot
      title={`${titles[kind] ?? words(kind)} · ${model}`}
      says={
        <>
          {plural(verdicts, 'verdict')} · prompt <span class="mono">{prompt_hash.slice(0, 12)}</span>
        </>
      }
      data={{
        columns: ['from', 'to', 'verdicts'],
        rows: histogram.map(({ from, to, count: value }) => [from, to, value]),
      }}
    >
      <Columns
        unit="verdicts"
        narrow={!isScore}
        columns={histogram.map(({ from, to, count: value }, index) => ({
          label: isScore ? `${decimal(from)} to ${decimal(to)}` : index === 0 ? 'not agreed' : 'agreed',
          ...(isScore ? {} : { tick: index === 0 ? 'not agreed' : 'agreed' }),
          value,
          href: null,
        }))}
        {...(isScore ? { edges: edgesOf(histogram) } : {})}
      />
      <dl class="facts">
        <Fact name="could not be read" value={`${count(unparsed)} (${percentFine(unparsed, verdicts)})`} />
        <Fact name="asked again" value={count(repaired)} />
        <Fact
          name="on average"
          value={
            isScore ? `${decimal(moments.mean, 2)} ± ${decimal(moments.sd, 2)}` : `${percent(moments.mean)} agreed`
          }
        />
        <Fact
          name="most frequent value"
          value={`${percent(modal_share)}${isScore && (modal_share ?? 0) > modalWarning ? ', too often' : ''}`}
        />
        <Fact name="entropy" value={`${decimal(judge.entropy_bits, 2)} bits`} />
        <Fact name="takes" value={duration(judge.latency_ms_mean)} />
      </dl>
    </Plot>
  );
}

/** Rates of a per cent or less need a digit more. */
export function percentFine(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = (part / whole) * 100;
  return `${share > 0 && share < 10 ? share.toFixed(1) : Math.round(share)} %`;
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt class="small soft">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
