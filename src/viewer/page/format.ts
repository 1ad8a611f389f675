/** Numbers and times as the page writes them. Null is an en dash: not there, which is not 0. */

export const nothing = '–';

/** Whole numbers with a thin space between thousands. */
export function count(value: number | null): string {
  if (value === null) return nothing;
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

export function decimal(value: number | null, digits = 1): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  const text = value.toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text.slice(1)}` : text.replace(/^-/, '');
}

/** With its sign, a real minus. */
export function signed(value: number | null, digits = 2): string {
  if (value === null) return nothing;
  const text = decimal(value, digits);
  return Number(value.toFixed(digits)) > 0 ? `+${text}` : text;
}

/** A share, 0 to 1, in whole per cent. */
export function percent(share: number | null): string {
  return share === null ? nothing : `${Math.round(share * 100)} %`;
}

/** Both ends of an interval of a share: `83–97 %`. */
export function percentRange(interval: { low: number; high: number } | null): string {
  return interval === null ? nothing : `${Math.round(interval.low * 100)}–${Math.round(interval.high * 100)} %`;
}

/** Large numbers, short: 940, 12.3 k, 4.1 M. */
export function compact(value: number | null): string {
  if (value === null) return nothing;
  const [divisor, unit] = value >= 999_500 ? [1e6, 'M'] : value >= 1000 ? [1e3, 'k'] : [1, ''];
  const scaled = value / divisor;
  return unit === '' ? String(Math.round(value)) : `${scaled.toFixed(scaled < 99.95 ? 1 : 0)} ${unit}`;
}

/** Milliseconds: 12 ms, 3.4 s, 2:05, 1:02:09. */
export function duration(ms: number | null): string {
  if (ms === null) return nothing;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const two = (part: number) => String(part).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A moment in the reader's own time zone: 20 Nov 2026, 14:22. */
export function moment(iso: string | null): string {
  if (iso === null) return nothing;
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return nothing;
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' }).format(date);
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(date);
  return `${day}, ${time}`;
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Words of an id, for people: `night-shift` becomes `night shift`. */
export function words(id: string): string {
  return id.replaceAll('-', ' ').replaceAll('_', ' ');
}
