/** A run as `--json` shows it. */
import type { RunRecord } from '../store/index.js';

export function runJson(run: RunRecord) {
  const { runId, name, status, seed, createdAt, finishedAt, notice, config } = run;
  return { run_id: runId, name, status, seed, created_at: createdAt, finished_at: finishedAt, notice, config };
}
