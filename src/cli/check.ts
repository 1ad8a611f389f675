/** `entente check SPEC`: what an endpoint can do, found out by asking it. */
import type { Command } from 'commander';
import { connectRoles, type EndpointReport, probeEndpoint } from '../chat/index.js';
import { resolveConfig } from '../domain/index.js';
import { say, sayJson } from './output.js';
import { type Palette, paletteFor, wrapText } from './terminal.js';

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
        say(...describe(report, paletteFor(process.stdout)));
      } finally {
        await connections.close();
      }
    });
}

function describe(report: EndpointReport, palette: Palette): string[] {
  const line = (ok: boolean | null, name: string, means: string) =>
    ` ${ok ? palette.green('yes') : palette.yellow('no ')}  ${name.padEnd(20)} ${palette.dim(means)}`;
  const ids = {
    'prompt and reply': 'turns can be exported as training rows',
    'reply only': 'of replies only: rows need export --tokenizer',
    none: 'rows need export --tokenizer',
  }[report.token_ids_of];
  return [
    `${palette.bold(report.model)}${report.base_url === null ? '' : ` @ ${report.base_url}`} · ${report.latency_ms} ms`,
    '',
    line(report.token_counts, 'token counts', 'budgets and costs are exact'),
    line(report.token_ids, 'token ids', ids),
    line(report.logprobs, 'log-probabilities', 'rows carry the old policy'),
    line(report.aligned, 'aligned', 'one log-probability for each reply token'),
    line(report.json_schema, 'JSON schema', 'judges answer in form'),
    line(report.repeatable, 'repeatable', 'the same seed gives the same reply'),
    ...warnings.flatMap(({ field, text }) => {
      if (report[field] !== true) return [];
      const [first = '', ...rest] = wrapText(text, 68);
      return ['', ` ${palette.yellow('warning')}  ${first}`, ...rest.map((part) => `          ${part}`)];
    }),
    ...(report.rehearsal ? ['', ' This is the rehearsal: rules, not a language model.'] : []),
  ];
}

/** What each says: what was seen, what it means, what to do. */
const warnings = [
  {
    field: 'raw_logprobs',
    text: 'Raw log-probabilities: they do not change with the temperature, so at any but 1 they are not those of the policy that sampled, and importance ratios come out wrong. Start vLLM with --logprobs-mode processed_logprobs, or sample at temperature 1 and top_p 1.',
  },
  {
    field: 'injected_defaults',
    text: 'Injected sampling defaults: a request that leaves its sampling fields away is sampled otherwise than one that spells out the neutral values. entente states every field, but other clients of this server (an evaluation, a trainer) may not, and fields that the server refuses fall back to its defaults. Start vLLM with --generation-config vllm, or state every field everywhere.',
  },
  {
    field: 'breaks_prefixes',
    text: 'The chat template breaks prefixes: the prompt of a next turn does not begin with the ids of the last prompt and reply (it may drop thinking or trim text). Turns then do not merge: each becomes a row of its own, which is correct but costs more compute. For longer rows, serve a template that keeps the history as it was.',
  },
] as const;
