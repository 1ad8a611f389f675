/** Brings a run into the database, planned and frozen, before its first episode is played. */
import { rehearsalName } from '../chat/index.js';
import { deliberationPrompts } from '../deliberation/index.js';
import { everyRole, type Random, type RunConfig, type Scenario } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { judgingPrompts } from '../judging/index.js';
import type { NewRun, RunRecord, Store } from '../store/index.js';
import { version } from '../version.js';
import { inventRunName } from './names.js';
import { planGroups } from './plan.js';

/** Where ids, names and times come from. */
export interface Identity {
  random: Random;
  now: () => Date;
}

export const rehearsalNotice = 'rehearsal: rule-based stand-ins played this run; it tells nothing about any LLM';

/** Throws `usage` where the name is taken. */
export function createRun(
  store: Store,
  config: RunConfig,
  name: string | null,
  scenarios: readonly Scenario[],
  identity: Identity,
): RunRecord {
  const taken = new Set(store.runs().map((run) => run.name));
  if (name !== null && taken.has(name)) {
    throw new EntenteError(
      'usage',
      `a run named "${name}" is in ${store.path} already; choose another --name, or \`entente resume ${name}\`.`,
    );
  }
  const runId = inventRunId(identity);
  const run: NewRun = {
    runId,
    name: name ?? inventRunName(identity.random, taken),
    seed: config.seed,
    createdAt: identity.now().toISOString(),
    config,
    version,
    notice: Object.values(everyRole(config.roles)).some(({ model }) => model === rehearsalName)
      ? rehearsalNotice
      : null,
    groups: planGroups(runId, scenarios, config.group_size),
    prompts: Object.entries({ ...deliberationPrompts, ...judgingPrompts }).map(([label, prompt]) => ({
      name: label,
      ...prompt,
    })),
  };
  store.createRun(run);
  return {
    runId,
    name: run.name,
    status: 'pending',
    seed: run.seed,
    createdAt: run.createdAt,
    finishedAt: null,
    config,
    notice: run.notice,
  };
}

/** Sorts by time; 5 random letters keep two runs of one millisecond apart. */
function inventRunId({ random, now }: Identity): string {
  const time = now().getTime().toString(36).padStart(9, '0');
  const tail = Math.floor(random() * 36 ** 5)
    .toString(36)
    .padStart(5, '0');
  return `${time}${tail}`;
}
