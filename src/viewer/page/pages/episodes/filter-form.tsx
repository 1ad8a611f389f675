/** The filters, each with how many episodes it would leave; what is typed reaches the address after a pause. */
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Facet, Facets } from '../../../api.js';
import { count, words } from '../../format.js';
import { type FilterName, type Filters, withFilter } from './filters.js';

interface Props {
  filters: Filters;
  facets: Facets | null;
  search: RefObject<HTMLInputElement>;
  onChange: (filters: Filters, replace?: boolean) => void;
}

const pauseMs = 180;

const outcomes = [
  { value: 'agreed', label: 'agreed' },
  { value: 'deadlocked', label: 'deadlocked' },
  { value: 'none', label: 'neither' },
];
const statuses = ['pending', 'running', 'done', 'failed'].map((value) => ({ value, label: value }));
const scores = ['knowledge', 'benevolence', 'power', 'vitality'].map((value) => ({ value, label: value }));

const optionsOf = (facets: readonly Facet[] | undefined) =>
  (facets ?? []).map(({ value, episodes }) => ({ value, label: `${words(value)} (${count(episodes)})` }));

export function FilterForm({ filters, facets, search, onChange }: Props) {
  const choose = (name: FilterName) => ({
    name,
    value: filters[name] ?? '',
    onChange: (value: string) => onChange(withFilter(filters, name, value)),
  });
  const write = (name: FilterName) => ({
    name,
    value: filters[name] ?? '',
    onChange: (value: string) => onChange(withFilter(filters, name, value), true),
  });
  // On a phone the rows come first; the filters unfold there.
  const [unfolded] = useState(() => matchMedia('(min-width: 761px)').matches);
  const failures = [{ value: 'any', label: 'any' }, ...optionsOf(facets?.failures)];
  return (
    <form class="filters" role="search" aria-label="Episodes" onSubmit={(event) => event.preventDefault()}>
      <Typed label="Words said or agreed on" class="search" type="search" input={search} {...write('text')} />
      <details class="choices" open={unfolded}>
        <summary>Filters</summary>
        <div>
          <Choice label="Outcome" options={outcomes} {...choose('outcome')} />
          <Choice label="Tier" options={optionsOf(facets?.tiers)} {...choose('tier')} />
          <Choice label="Domain" options={optionsOf(facets?.domains)} {...choose('domain')} />
          <Choice label="Pair" options={optionsOf(facets?.pairs)} {...choose('pair')} />
          <Choice label="Failure" options={failures} {...choose('failure')} />
          <Choice label="Status" options={statuses} {...choose('status')} />
          <Range label="Rounds" low={write('rounds_min')} high={write('rounds_max')} step="1" />
          <Range
            label="Score"
            low={write('score_min')}
            high={write(filters.score_below === undefined ? 'score_max' : 'score_below')}
            step="any"
          />
          <Choice label="Score of" every="overall" options={scores} {...choose('score_of')} />
          <Range label="Reward" low={write('reward_min')} high={write('reward_max')} step="any" />
        </div>
      </details>
    </form>
  );
}

interface Field {
  name: FilterName;
  value: string;
  onChange: (value: string) => void;
}

function Choice({
  label,
  options,
  every = 'every',
  name,
  value,
  onChange,
}: Field & { label: string; every?: string; options: readonly { value: string; label: string }[] }) {
  const known = value === '' || options.some((option) => option.value === value);
  return (
    <label>
      {label}
      <select name={name} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{every}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
        {known ? null : <option value={value}>{value}</option>}
      </select>
    </label>
  );
}

/** Text that is typed, and told to the address once the typing pauses. */
function usePaused(value: string, onChange: (value: string) => void) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const told = useRef(value);
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => {
    // Changed from outside: the back button, or "clear".
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      told.current = next.trim() === '' ? '' : next;
      tell.current(next);
    }, pauseMs);
  };
  return { text, type };
}

function Typed({
  label,
  class: className,
  input,
  type: kind,
  name,
  value,
  onChange,
}: Field & { label: string; class?: string; type: string; input?: RefObject<HTMLInputElement> }) {
  const { text, type } = usePaused(value, onChange);
  const leave = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.currentTarget.blur();
    document.querySelector<HTMLElement>('[role="grid"]')?.focus();
  };
  return (
    <label class={className ?? ''}>
      {label}
      <input
        ref={input ?? null}
        type={kind}
        name={name}
        dir="auto"
        maxLength={200}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={leave}
      />
    </label>
  );
}

function Range({ label, low, high, step }: { label: string; low: Field; high: Field; step: string }) {
  return (
    <fieldset>
      <legend>{label}</legend>
      <div class="range">
        <Bound label={`${label}, least`} step={step} {...low} />
        <span aria-hidden="true">–</span>
        <Bound label={`${label}, greatest`} step={step} {...high} />
      </div>
    </fieldset>
  );
}

function Bound({ label, step, name, value, onChange }: Field & { label: string; step: string }) {
  const { text, type } = usePaused(value, onChange);
  return (
    <input
      type="number"
      name={name}
      step={step}
      aria-label={label}
      value={text}
      onInput={(event) => type(event.currentTarget.value)}
    />
  );
}
