/** Runs that the rehearsal played, in databases to look into. */
import { type ChatModel, createRehearsalModel } from '../../src/chat/index.js';
import { type RoleName, type RunConfigInput, resolveConfig, seededRandom } from '../../src/domain/index.js';
import { createRun, playRun, tableFor } from '../../src/run/index.js';
import { openStore } from '../../src/store/index.js';
import { noon, type StoredRun, scenarioNumber } from './stored-runs.js';

/** Plays a whole run into the database. `models` replaces the rehearsal in single roles; `place` tells runs of one database apart. */
export async function playStored(
  path: string,
  input: RunConfigInput,
  models: Partial<Record<RoleName, ChatModel>> = {},
  /** Another one for each run of one database: ids are drawn from it. */
  place = 1,
): Promise<StoredRun> {
  const { name, config } = resolveConfig(input);
  const store = openStore(path, { mode: 'write', now: noon });
  const scenarios = Array.from({ length: config.groups }, (_, index) => scenarioNumber(index));
  const run = createRun(store, config, name, scenarios, { random: seededRandom(place), now: noon });
  const rehearsal = createRehearsalModel();
  const roles = { policy: rehearsal, opponent: rehearsal, judge: rehearsal, scorer: rehearsal, ...models };
  await playRun({ store, run, table: tableFor(config, roles) });
  return { path, store, run };
}
