/** `entente scenarios`: lists dilemmas and persona pairs, and checks data files. */
import type { Command } from 'commander';
import { loadDilemmas, loadPersonaPairs } from '../scenarios/index.js';
import { plural } from './format.js';
import { say, sayJson } from './output.js';
import { tableLines } from './table.js';

interface ScenarioFlags {
  dilemmas?: string[];
  personas?: string[];
  json?: boolean;
}

export function addScenarios(program: Command): void {
  program
    .command('scenarios')
    .description('list dilemmas and persona pairs, and check their files')
    .option('--dilemmas <path...>', 'files or folders (default: those shipped)')
    .option('--personas <path...>', 'files or folders (default: those shipped)')
    .option('--json', 'print one JSON document')
    .action((flags: ScenarioFlags) => {
      const dilemmas = loadDilemmas(flags.dilemmas);
      const pairs = loadPersonaPairs(flags.personas);
      if (flags.json) return sayJson({ dilemmas, pairs });
      const byDomain = new Map<string, { tier: string; count: number }>();
      for (const { tier, domain } of dilemmas) {
        const line = byDomain.get(domain) ?? { tier, count: 0 };
        byDomain.set(domain, { ...line, count: line.count + 1 });
      }
      say(`${plural(dilemmas.length, 'dilemma')}, ${plural(pairs.length, 'persona pair')}; every file is in order`, '');
      say(
        ...tableLines(
          [{ head: 'tier' }, { head: 'domain' }, { head: 'dilemmas', align: 'right' }],
          [...byDomain].map(([domain, { tier, count }]) => [tier, domain, String(count)]),
        ),
        '',
      );
      say(
        ...tableLines(
          [{ head: 'pair' }, { head: 'split' }, { head: 'tension' }],
          pairs.map(({ id, split, tension }) => [id, split, tension]),
        ),
      );
    });
}
