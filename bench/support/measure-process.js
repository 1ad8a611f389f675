/**
 * Preloaded (`node --import`) into a process that is measured: at its exit it writes what it took as one JSON document into
 * the file that BENCH_MEASURE names. With BENCH_LAG it also watches the event loop, and with BENCH_HEAP the live heap.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const { BENCH_MEASURE: file, BENCH_LAG } = process.env;
const delay = monitorEventLoopDelay({ resolution: 10 });
if (BENCH_LAG) delay.enable();

process.on('exit', () => {
  if (file === undefined) return;
  const { user, system } = process.cpuUsage();
  const measured = {
    /** Milliseconds, user and system. */
    cpuMs: (user + system) / 1000,
    systemMs: system / 1000,
    wallMs: performance.now(),
    peakMb: process.resourceUsage().maxRSS / 1024,
    /** Beyond the resolution of the monitor, in milliseconds. */
    lagP99Ms: BENCH_LAG ? Math.max(0, delay.percentile(99) / 1e6 - 10) : null,
    lagMaxMs: BENCH_LAG ? Math.max(0, delay.max / 1e6 - 10) : null,
  };
  writeFileSync(file, JSON.stringify(measured));
});
