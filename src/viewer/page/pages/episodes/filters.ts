/** The filters of the episodes page as they stand in its address, and as the server is asked. */
import type { EpisodesQuery } from '../../../api.js';

export type FilterName = Exclude<keyof EpisodesQuery, 'run' | 'offset' | 'limit'>;

/** Every parameter that the server knows; others in an address (a hand's slip, a later version's) are left alone. */
export const filterNames = [
  'text',
  'status',
  'outcome',
  'tier',
  'domain',
  'pair',
  'dilemma',
  'group',
  'rounds_min',
  'rounds_max',
  'score_min',
  'score_max',
  'score_below',
  'score_of',
  'reward_min',
  'reward_max',
  'failure',
  'sort',
  'order',
] as const satisfies readonly FilterName[];

export type Filters = Partial<Record<FilterName, string>>;

export function filtersOf(params: Readonly<Record<string, string>>): Filters {
  const filters: Filters = {};
  for (const name of filterNames) {
    const value = params[name];
    if (value !== undefined && value.trim() !== '') filters[name] = value;
  }
  return filters;
}

/** How many filters hold, not counting the order of the rows. */
export function activeFilters(filters: Filters): FilterName[] {
  return filterNames.filter(
    (name) => name !== 'sort' && name !== 'order' && name !== 'score_of' && filters[name] !== undefined,
  );
}

/** With this value; an empty one takes the filter away. */
export function withFilter(filters: Filters, name: FilterName, value: string): Filters {
  const next: Filters = { ...filters };
  if (value.trim() === '') delete next[name];
  else next[name] = value;
  const bounded = next.score_min ?? next.score_max ?? next.score_below;
  if (bounded === undefined) delete next.score_of;
  return next;
}

/** The next order of a column: first the one that is most often wanted, then the other, then none. */
export function nextSort(filters: Filters, column: string, first: 'asc' | 'desc'): Filters {
  const next: Filters = { ...filters };
  const other = first === 'asc' ? 'desc' : 'asc';
  if (filters.sort !== column) return { ...next, sort: column, order: first };
  if (filters.order === first) return { ...next, sort: column, order: other };
  delete next.sort;
  delete next.order;
  return next;
}
