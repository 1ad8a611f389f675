/** `entente run [config.yaml]`: plans a run, plays it, says what happened. */
import type { Command } from 'commander';
import { deriveSeed, seededRandom } from '../domain/index.js';
import { createRun, scenariosFor } from '../run/index.js';
import { openStore } from '../store/index.js';
import { dbOption } from './options.js';
import { performRun } from './perform-run.js';
import { type RunFlags, readRunConfig } from './read-config.js';

export function addRun(program: Command, setExit: (code: number) => void): void {
  program
    .command('run')
    .description('play groups of episodes, grade them and store them')
    .argument('[config]', 'YAML file (docs/config.md); flags go over it')
    .option('--policy <spec>', 'the model that learns: rehearsal, MODEL@BASE_URL or MODEL (default: rehearsal)')
    .option('--opponent <spec>', 'the other seat (default: the policy)')
    .option('--judge <spec>', "agreement judge, again for a panel (default: the policy's model)", collect)
    .option('--judge-samples <k>', 'ask the agreement judge k times and go by the majority (default: 1)')
    .option('--scorer <spec>', "scorer of the completion, again for a panel (default: the policy's model)", collect)
    .option('--scorer-samples <k>', 'ask the scorer k times and take the mean (default: 1)')
    .option('--scorer-method <method>', 'holistic, or decomposed: each side is asked alone (default: holistic)')
    .option('--dilemmas <path...>', 'files or folders of dilemmas; "shipped" means ours (default)')
    .option('--personas <path...>', 'files or folders of persona pairs; "shipped" means ours (default)')
    .option('--split <split>', 'train, eval-conflict or eval-open (default: train)')
    .option('--allow-eval-data', 'let evaluation data into a run in train mode; the run records it')
    .option('--pairing <how>', 'random, or tag: pairs that share a tag with the dilemma (default: random)')
    .option('--seats <which>', 'one, or both: every scenario in both seatings (default: one)')
    .option('--groups <n>', 'scenarios (default: 12)')
    .option('--group-size <g>', 'episodes per scenario (default: 8)')
    .option('--max-rounds <n>', 'rounds before a deadlock (default: 7)')
    .option('--window <k>', 'how many of the last turns a speaker sees, or "all" (default: 2)')
    .option('--mode <mode>', 'train or eval (default: train)')
    .option('--protocol <protocol>', 'deliberation or solo (default: deliberation)')
    .option('--seed <n>', 'decides the scenarios and every call (default: 0)')
    .option('--concurrency <n>', 'episodes in flight (default: 16)')
    .option('--max-failures <n>', 'stop once more episodes than this have failed: a number, or a share such as 5%')
    .option('--fail-fast', 'stop at the first failed episode')
    .option('--max-tokens <n>', 'token budget of the whole run')
    .option('--max-usd <x>', 'dollar budget of the whole run; needs prices in the config')
    .option('--until-width <w>', 'in eval mode, stop once the interval of the agreement rate is narrower, such as 0.1')
    .option('--step <n>', 'the training step of the policy, for the curves of `entente report`')
    .option('--name <name>', 'name of the run (default: made up)')
    .addOption(dbOption())
    .option('--json', 'print the summary as one JSON document')
    .action(async (path: string | undefined, flags: RunFlags & { db: string; json?: boolean }) => {
      const { name, config } = readRunConfig(path, flags);
      const scenarios = scenariosFor(config);
      const store = openStore(flags.db, { mode: 'write' });
      const identity = { random: seededRandom(deriveSeed('name', Date.now(), process.pid)), now: () => new Date() };
      try {
        const begin = () => createRun(store, config, name, scenarios, identity);
        setExit(await performRun({ store, config, begin, spent: { tokens: 0, usd: 0 }, json: flags.json ?? false }));
      } finally {
        store.close();
      }
    });
}

function collect(spec: string, before: readonly string[] = []): string[] {
  return [...before, spec];
}
