/** `entente check SPEC`: what an endpoint can do, found out by asking it. */
import type { Command } from 'commander';
import { connectRoles, probeEndpoint } from '../chat/index.js';
import { resolveConfig } from '../domain/index.js';
import { say, sayJson } from './output.js';
import { paletteFor } from './terminal.js';

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('ask an endpoint what it can do: token ids, log-probabilities, JSON schema')
    .argument('<spec>', 'rehearsal, MODEL@BASE_URL or MODEL')
    .option('--json', 'print one JSON document')
    .action(async (spec: string, flags: { json?: boolean }) => {
      const { config } = resolveConfig({ policy: spec });
      const connections = connectRoles(config.roles, process.env, { connections: 1 });
      try {
        const report = await probeEndpoint(connections.models.policy);
        if (flags.json) return sayJson(report);
        const palette = paletteFor(process.stdout);
        const line = (ok: boolean | null, name: string, means: string) =>
          ` ${ok ? palette.green('yes') : palette.yellow('no ')}  ${name.padEnd(20)} ${palette.dim(means)}`;
        say(
          `${palette.bold(report.model)}${report.base_url === null ? '' : ` @ ${report.base_url}`} · ${report.latency_ms} ms`,
          '',
          line(report.token_counts, 'token counts', 'budgets and costs are exact'),
          line(report.token_ids, 'token ids', 'turns can be exported as training rows'),
          line(report.logprobs, 'log-probabilities', 'rows carry the old policy'),
          line(report.aligned, 'aligned', 'one log-probability for each reply token'),
          line(report.json_schema, 'JSON schema', 'judges answer in form'),
          line(report.repeatable, 'repeatable', 'the same seed gives the same reply'),
        );
        if (report.rehearsal) say('', ' This is the rehearsal: rules, not a language model.');
      } finally {
        await connections.close();
      }
    });
}
