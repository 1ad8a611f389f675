/** The table of the benchmarks: what was measured, the figure, what it had to be, and how it was. */

/**
 * @typedef {object} Line
 * @property {string} what
 * @property {number} value
 * @property {string} unit
 * @property {number} [atMost] the target
 * @property {string} [note]
 */

/** @param {string} title @param {readonly Line[]} lines */
export function printTable(title, lines) {
  console.log(`\n${title}`);
  const width = Math.max(...lines.map(({ what }) => what.length));
  for (const { what, value, unit, atMost, note = '' } of lines) {
    const figure = `${shown(value)} ${unit}`.padStart(14);
    const target = atMost === undefined ? '' : `${value <= atMost ? 'ok' : 'OVER'} (at most ${shown(atMost)})`;
    console.log(`  ${what.padEnd(width)}  ${figure}  ${target.padEnd(22)}${note}`.trimEnd());
  }
}

/** @param {number} value */
function shown(value) {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
