/** How values of few kinds are spread, such as scores from 0 to 5. */

export interface Histogram<Value> {
  count: number;
  /** Values in order (numbers by size, texts by letter), each with how often it came. */
  bins: { value: Value; count: number; share: number }[];
  /** Shannon's entropy in bits (Bell System Technical Journal 27, 1948): 0 where all are equal. Null without values. */
  entropy: number | null;
  /** Share of the commonest value, over 0 to 1; null without values. */
  modal_share: number | null;
}

export function histogramOf<Value extends number | string>(values: readonly Value[]): Histogram<Value> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const bins = [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([value, count]) => ({ value, count, share: count / values.length }));
  const none = values.length === 0;
  return {
    count: values.length,
    bins,
    entropy: none ? null : bins.reduce((sum, { share }) => sum - share * Math.log2(share), 0),
    modal_share: none ? null : Math.max(...bins.map(({ share }) => share)),
  };
}
