/**
 * Preloaded (`node --import`) into a process that is measured: at its exit it writes what it took as one JSON document into
 * the file that BENCH_MEASURE names. With BENCH_LAG it also watches the event loop; with BENCH_HEAP_AFTER, in milliseconds
 * (and --expose-gc), it takes the live heap once, then.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const { BENCH_MEASURE: file, BENCH_LAG, BENCH_HEAP_AFTER } = process.env;
const resolution = 10;
const delay = monitorEventLoopDelay({ resolution });
if (BENCH_LAG) delay.enable();

/** @type {number | null} */
let heapMb = null;
if (BENCH_HEAP_AFTER !== undefined) {
  setTimeout(() => {
    globalThis.gc?.();
    heapMb = process.memoryUsage().heapUsed / 2 ** 20;
  }, Number(BENCH_HEAP_AFTER)).unref();
}

/** What the loop was late beyond the monitor's own interval. @param {number} nanoseconds */
const late = (nanoseconds) => (BENCH_LAG ? Math.max(0, nanoseconds / 1e6 - resolution) : null);

process.on('exit', () => {
  if (file === undefined) return;
  const { user, system } = process.cpuUsage();
  const measured = {
    cpuMs: (user + system) / 1000,
    systemMs: system / 1000,
    wallMs: performance.now(),
    peakMb: process.resourceUsage().maxRSS / 1024,
    lagP99Ms: late(delay.percentile(99)),
    lagMaxMs: late(delay.max),
    heapMb,
  };
  writeFileSync(file, JSON.stringify(measured));
});
