/** The table of runs: one line each, rates drawn on one axis. */
import { useEffect, useRef } from 'preact/hooks';
import type { RunLine } from '../../../api.js';
import { compact, count, decimal, moment, percent, percentRange, plural } from '../../format.js';
import { IntervalMark } from '../../parts/interval.js';
import { Mark } from '../../parts/outcome.js';
import { links } from '../../routing/place.js';

interface Props {
  runs: readonly RunLine[];
  chosen: readonly string[];
  cursor: number;
  onToggle: (id: string) => void;
}

export function RunsTable({ runs, chosen, cursor, onToggle }: Props) {
  return (
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">
            <span class="sr">Compare</span>
          </th>
          <th scope="col">Run</th>
          <th scope="col">Status</th>
          <th scope="col" class="n">
            Agreed
          </th>
          <th scope="col" class="axis-cell">
            <span class="sr">95 % interval</span>
            <ShareScale />
          </th>
          <th scope="col" class="n mid">
            Rounds
          </th>
          <th scope="col" class="n">
            CA
          </th>
          <th scope="col" class="n mid">
            Tokens
          </th>
          <th scope="col" class="big">
            Models
          </th>
          <th scope="col" class="big">
            Started
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run, index) => (
          <RunRow
            key={run.run_id}
            run={run}
            chosen={chosen.includes(run.run_id)}
            current={index === cursor}
            onToggle={onToggle}
          />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({
  run,
  chosen,
  current,
  onToggle,
}: {
  run: RunLine;
  chosen: boolean;
  current: boolean;
  onToggle: Props['onToggle'];
}) {
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <tr ref={row} class={current ? 'current' : ''}>
      <td>
        <input
          type="checkbox"
          checked={chosen}
          onChange={() => onToggle(run.run_id)}
          aria-label={`Compare ${run.name}`}
        />
      </td>
      <RunName run={run} />
      <td>
        <RunStatus run={run} />
      </td>
      <td class="n">
        <span class="large">{percent(run.agreement_rate)}</span>
        <div class="small soft nowrap">{percentRange(run.agreement_interval)}</div>
      </td>
      <td class="axis-cell">
        <IntervalMark share={run.agreement_rate} interval={run.agreement_interval} />
      </td>
      <td class="n mid">{decimal(run.rounds_to_agreement)}</td>
      <td class="n">{decimal(run.ca_mean)}</td>
      <td class="n mid nowrap">{compact(run.tokens.prompt + run.tokens.completion)}</td>
      <td class="big">
        <Models models={run.models} />
      </td>
      <td class="big small soft nowrap">{moment(run.created_at)}</td>
    </tr>
  );
}

function RunName({ run }: { run: RunLine }) {
  return (
    <th scope="row">
      <a class="name" href={links.run(run.run_id)}>
        {run.name}
      </a>
      <div class="small soft">
        {run.protocol === 'solo' ? 'solo' : run.mode} · seed {run.seed}
        {noticeWord(run.notice)}
      </div>
    </th>
  );
}

/** The notice's own first word says what kind it is; the whole of it stands on the run's page. */
function noticeWord(notice: string | null): string {
  const [kind = ''] = (notice ?? '').split(':');
  return kind === '' ? '' : ` · ${kind.slice(0, 24)}`;
}

function RunStatus({ run: { status, counts } }: { run: RunLine }) {
  const settled = counts.done + counts.failed;
  return (
    <div class="small">
      <div>
        {status === 'running' ? <Mark ending="running" label="running" /> : status === 'done' ? 'finished' : status}
      </div>
      <div class="soft">
        {settled === counts.episodes
          ? plural(counts.episodes, 'episode')
          : `${count(settled)} of ${count(counts.episodes)}`}
        {counts.failed === 0 ? '' : `, ${count(counts.failed)} failed`}
      </div>
      {settled === counts.episodes ? null : (
        <progress max={counts.episodes} value={settled} aria-label="Episodes finished" />
      )}
    </div>
  );
}

/** One line where all roles share a model; else each model with its roles. */
export function modelLines(models: RunLine['models']): { model: string; roles: string[] }[] {
  const lines: { model: string; roles: string[] }[] = [];
  for (const [role, model] of Object.entries(models)) {
    const line = lines.find((found) => found.model === model);
    if (line === undefined) lines.push({ model, roles: [role] });
    else line.roles.push(role);
  }
  return lines;
}

export function Models({ models }: { models: RunLine['models'] }) {
  const lines = modelLines(models);
  return (
    <div class="small models">
      {lines.map(({ model, roles }) => (
        <div key={model}>
          {model}
          {lines.length === 1 ? null : <span class="soft"> {roles.join(', ')}</span>}
        </div>
      ))}
    </div>
  );
}

/** The axis of all intervals below it. */
function ShareScale() {
  return (
    <div class="scale" aria-hidden="true">
      <span>0</span>
      <span>50</span>
      <span>100 %</span>
    </div>
  );
}
