/**
 * `npm run bench`: every benchmark in one run, as tables, ratios first. `--quick` makes all of them small, to see that they
 * run; `--only NAME,…` picks some.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { overhead } from './overhead/overhead.js';
import { pipeline } from './pipeline/pipeline.js';
import { scale } from './scale/scale.js';
import { storage } from './store/storage.js';
import { printTable } from './support/table.js';

const benches = { overhead, pipeline, scale, storage };
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
const wanted = values.only?.split(',') ?? Object.keys(benches);

console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}${values.quick ? ', quick' : ''}`);
for (const [name, bench] of Object.entries(benches)) {
  if (!wanted.includes(name)) continue;
  const began = performance.now();
  const lines = await bench(values.quick);
  printTable(`${name} (${((performance.now() - began) / 1000).toFixed(0)} s)`, lines);
}
