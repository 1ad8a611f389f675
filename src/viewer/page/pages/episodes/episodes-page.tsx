/** All episodes of a run as one long table, filtered and ordered by the server; the address holds every choice. */
import { useEffect, useRef } from 'preact/hooks';
import type { RunAnswer } from '../../../api.js';
import type { PageProps } from '../../app.js';
import { apiPath } from '../../data/fetch-answer.js';
import { useRunVersion } from '../../data/live.js';
import { useAnswer } from '../../data/use-answer.js';
import { plural } from '../../format.js';
import { useKeys } from '../../keys.js';
import { Empty } from '../../parts/empty.js';
import { PageHead } from '../../parts/page-head.js';
import { Waiting } from '../../parts/waiting.js';
import { links } from '../../routing/place.js';
import { go } from '../../routing/use-place.js';
import { EpisodeGrid } from './episode-grid.js';
import { FilterForm } from './filter-form.js';
import { activeFilters, type Filters, filtersOf } from './filters.js';
import { usePages } from './use-pages.js';

export function EpisodesPage({ run, params, onCrumbs }: PageProps & { run: string }) {
  const version = useRunVersion(run);
  const asked = useAnswer<RunAnswer>(apiPath(['runs', run]), version);
  const filters = filtersOf(params);
  const rows = usePages(run, filters, version);
  const search = useRef<HTMLInputElement>(null);
  const name = asked.answer?.run.name ?? run;
  useEffect(
    () =>
      onCrumbs([
        { label: 'Runs', href: links.runs() },
        { label: name, href: links.run(run) },
        { label: 'Episodes', href: null },
      ]),
    [name],
  );
  const there = asked.answer !== null || rows.total !== null;
  useEffect(() => {
    if (there && params['find'] !== undefined) search.current?.focus();
  }, [there]);
  const change = (next: Filters, replace = false) => go(links.episodes(run, next), { replace });
  const clear = () => (activeFilters(filters).length === 0 ? go(links.run(run)) : change({}));
  useKeys({ '/': () => search.current?.focus(), u: () => go(links.run(run)) });
  if (!there) return <Waiting asked={asked} />;
  return (
    <div class="listing">
      <PageHead title={`Episodes of ${name}`} command={rows.command} />
      <FilterForm filters={filters} facets={asked.answer?.facets ?? null} search={search} onChange={change} />
      <Tally
        total={rows.total}
        all={asked.answer?.run.counts.episodes ?? null}
        filters={filters}
        onClear={() => change({})}
      />
      {rows.problem === null ? null : (
        <p class="notice" role="alert">
          {rows.problem.message}
        </p>
      )}
      {rows.total === 0 ? (
        <NoRows filtered={activeFilters(filters).length > 0} name={name} />
      ) : (
        <EpisodeGrid rows={rows} filters={filters} onChange={change} onLeave={clear} />
      )}
    </div>
  );
}

interface TallyProps {
  total: number | null;
  all: number | null;
  filters: Filters;
  onClear: () => void;
}

function Tally({ total, all, filters, onClear }: TallyProps) {
  const active = activeFilters(filters);
  return (
    <div class="tally">
      <span role="status">
        <strong>{total === null ? '' : plural(total, 'episode')}</strong>
        {active.length === 0 || all === null ? null : <span class="soft"> of {plural(all, 'episode')}</span>}
      </span>
      {(['dilemma', 'group'] as const)
        .filter((kind) => filters[kind] !== undefined)
        .map((kind) => (
          <span key={kind} class="soft">
            {kind} <span class="mono">{filters[kind]}</span>
          </span>
        ))}
      {active.length === 0 ? null : (
        <button type="button" class="plain" onClick={onClear}>
          Clear {plural(active.length, 'filter')}
        </button>
      )}
    </div>
  );
}

function NoRows({ filtered, name }: { filtered: boolean; name: string }) {
  if (!filtered)
    return (
      <Empty command={`entente resume ${name}`}>
        This run has no episode yet. Where it was interrupted, this goes on with it:
      </Empty>
    );
  return (
    <Empty>
      No episode passes these filters. Loosen one of them, or clear them all. The text of an episode can be found once
      it has ended.
    </Empty>
  );
}
