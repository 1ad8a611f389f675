// A whole run with a judge of one's own: here a rule that asks for a number in every completion. A run is stored like
// any other: replay it, report it, export it.
//
//   node examples/custom-judge.js
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRehearsalModel,
  createRuleJudge,
  createRun,
  openStore,
  playRun,
  resolveConfig,
  scenariosFor,
  summarise,
  tableFor,
} from 'entente';

/** Scores how concrete an answer is by the numbers in it, 0 to 5. */
const concreteness = createRuleJudge(
  'ca',
  'concreteness',
  'concreteness/1',
  /** @param {{ answer: string }} material */
  ({ answer }) => {
    const overall = Math.min(5, (answer.match(/\d+/g) ?? []).length);
    const aspects = { knowledge: overall, benevolence: overall, power: overall, vitality: overall };
    return { value: overall, detail: { ...aspects, overall, rationale: `${overall} numbers` } };
  },
);

const model = createRehearsalModel();
const { name, config } = resolveConfig({ name: 'concrete', groups: 6, group_size: 4, seed: 7 });
const table = {
  ...tableFor(config, { policy: model, opponent: model, judge: model, scorer: model }),
  agencyScorer: concreteness,
};

const path = join(mkdtempSync(join(tmpdir(), 'entente-')), 'example.db');
const store = openStore(path, { mode: 'write' });
const run = createRun(store, config, name, scenariosFor(config), { random: Math.random, now: () => new Date() });
await playRun({ store, run, table });

const { overall } = summarise(store.episodes(run.runId), store.usage(run.runId));
console.log(`${overall.episodes} episodes, ${overall.agreed} agreed, mean score ${overall.ca_mean?.toFixed(2)}`);
console.log(`look at one: npx entente replay concrete/1 --db ${path}`);
store.close();
