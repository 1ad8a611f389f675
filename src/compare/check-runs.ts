/** What must hold of runs before their answers are compared, and what a reader must know of a comparison. */
import { decodingOf } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { RunRecord } from '../store/index.js';

export interface ComparedRuns {
  runs: readonly RunRecord[];
  /** Greedy and sampled runs may meet. */
  acrossDecodings: boolean;
}

/** Throws `usage` where a comparison of these runs would mislead. */
export function checkRuns({ runs, acrossDecodings }: ComparedRuns): void {
  if (runs.length < 2) throw new EntenteError('usage', 'a comparison needs two runs or more.');
  for (const [index, run] of runs.entries()) {
    if (runs.findIndex(({ runId }) => runId === run.runId) < index)
      throw new EntenteError('usage', `${run.name} is named twice; a run is not compared with itself.`);
    if (run.config.mode === 'train' && run.config.protocol === 'deliberation')
      throw new EntenteError(
        'usage',
        `${run.name} was played in train mode, in which a deadlock ends without an answer, so only what went well could be judged; play it again with --mode eval.`,
      );
  }
  const decodings = runs.map(({ config }) => decodingOf(config));
  if (acrossDecodings || new Set(decodings).size === 1) return;
  const told = runs.map(({ name }, index) => `${name} ${decodings[index]}`).join(', ');
  throw new EntenteError(
    'usage',
    `these runs were decoded differently (${told}); compare like with like, or add --across-decodings.`,
  );
}

/** Warns where the judge would grade its own kind. Model names as servers know them. */
export function warnOfSelfPreference(judge: string, runs: readonly RunRecord[]): string | null {
  const own = runs.filter(({ config: { roles, protocol } }) => {
    const writers = protocol === 'solo' ? [roles.policy] : [roles.policy, roles.opponent];
    return writers.some(({ model }) => nameOf(model) === judge);
  });
  if (own.length === 0) return null;
  const names = own.length > 3 ? `${own.length} of these runs` : own.map(({ name }) => name).join(', ');
  return `the judge ${judge} also wrote the answers of ${names}, and models tend to prefer their own; take another judge.`;
}

function nameOf(spec: string): string {
  return spec.replace(/@https?:\/\/.*$/, '');
}
