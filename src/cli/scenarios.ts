/** `entente scenarios list|show|stats|check`: the data that runs are made of. */
import { type Command, Option } from 'commander';
import { type Dilemma, type PersonaPair, splits, tiers } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import {
  checkLibrary,
  loadDilemmas,
  loadPersonaPairs,
  type Problem,
  placeDilemmas,
  placePersonaPairs,
  type Statistics,
  statisticsOf,
} from '../scenarios/index.js';
import { decimal, plural } from './format.js';
import { remark, say, sayJson } from './output.js';
import { nearest } from './references.js';
import { tableLines } from './table.js';
import { cutText, paletteFor, printable, widthOf, wrapText } from './terminal.js';

interface Sources {
  dilemmas?: string[];
  personas?: string[];
  json?: boolean;
}

interface Filters extends Sources {
  split?: string;
  tier?: string;
  domain?: string;
  tag?: string;
  text?: string;
}

export function addScenarios(program: Command, setExit: (code: number) => void): void {
  const scenarios = program.command('scenarios').description('list, show, count and check dilemmas and persona pairs');
  withFilters(scenarios.command('list', { isDefault: true }).description('list dilemmas and persona pairs')).action(
    list,
  );
  withSources(scenarios.command('show').description('show one dilemma or persona pair').argument('<id>')).action(show);
  withFilters(
    scenarios.command('stats').description('count what there is: tiers, domains, settings, stages, tags, words'),
  ).action(stats);
  withSources(scenarios.command('check').description('hold every file against the rules of docs/data.md')).action(
    (flags: Sources) => setExit(check(flags)),
  );
}

function withSources(command: Command): Command {
  return command
    .option('--dilemmas <path...>', 'files or folders; "shipped" means ours (default)')
    .option('--personas <path...>', 'files or folders; "shipped" means ours (default)')
    .option('--json', 'print one JSON document');
}

function withFilters(command: Command): Command {
  return withSources(command)
    .addOption(new Option('--split <split>', 'only this split').choices(splits))
    .addOption(new Option('--tier <tier>', 'only this tier').choices(tiers))
    .option('--domain <domain>', 'only this domain')
    .option('--tag <tag>', 'only with this tag')
    .option('--text <words>', 'only with these words in the text');
}

function selected({ dilemmas, split, tier, domain, tag, text }: Filters): Dilemma[] {
  return loadDilemmas(dilemmas).filter(
    (dilemma) =>
      (split === undefined || dilemma.split === split) &&
      (tier === undefined || dilemma.tier === tier) &&
      (domain === undefined || dilemma.domain === domain) &&
      (tag === undefined || dilemma.tags.includes(tag)) &&
      (text === undefined || dilemma.text.toLowerCase().includes(text.toLowerCase())),
  );
}

function selectedPairs({ personas, split, tag }: Filters): PersonaPair[] {
  const held = split === undefined ? undefined : split === 'train' ? 'train' : 'held-out';
  return loadPersonaPairs(personas).filter(
    (pair) => (held === undefined || pair.split === held) && (tag === undefined || pair.tags.includes(tag)),
  );
}

function list(flags: Filters): void {
  const dilemmas = selected(flags);
  const narrowed = flags.tier !== undefined || flags.domain !== undefined || flags.text !== undefined;
  const pairs = narrowed ? [] : selectedPairs(flags);
  if (flags.json) {
    sayJson({ dilemmas, pairs });
    return;
  }
  const idWidth = Math.max(0, ...dilemmas.map(({ id }) => id.length));
  const palette = paletteFor(process.stdout);
  for (const { id, text } of dilemmas) {
    const room = widthOf(process.stdout) - idWidth - 4;
    const excerpt = room < 16 ? '' : palette.dim(cutText(printable(text), room));
    say(` ${id.padEnd(idWidth)}  ${excerpt}`.trimEnd());
  }
  if (pairs.length > 0)
    say(
      '',
      ...tableLines(
        [{ head: 'pair' }, { head: 'split' }, { head: 'tension' }],
        pairs.map(({ id, split, tension }) => [id, split, printable(tension)]),
      ),
    );
  remark('', `${plural(dilemmas.length, 'dilemma')}, ${plural(pairs.length, 'persona pair')}`);
}

function show(id: string, flags: Sources): void {
  const dilemmas = loadDilemmas(flags.dilemmas);
  const pairs = loadPersonaPairs(flags.personas);
  const dilemma = dilemmas.find((one) => one.id === id);
  const pair = pairs.find((one) => one.id === id);
  const found = dilemma ?? pair;
  if (found === undefined) {
    const ids = [...dilemmas, ...pairs].map((one) => one.id);
    throw new EntenteError('usage', `no dilemma or persona pair "${id}"; did you mean ${nearest(id, ids)}?`);
  }
  if (flags.json) sayJson(found);
  else say(...(dilemma === undefined ? pairLines(found as PersonaPair) : dilemmaLines(dilemma)));
}

function dilemmaLines({ id, split, tier, domain, setting, stage, tags, text, pair }: Dilemma): string[] {
  const palette = paletteFor(process.stdout);
  const about = [split, tier, domain, setting, stage, ...tags].filter((part) => part !== null).join(' · ');
  const bound =
    pair === undefined ? [] : typeof pair === 'string' ? ['', ` with the pair ${pair}`] : ['', ...pairLines(pair)];
  return [` ${palette.bold(id)}`, ` ${palette.dim(printable(about))}`, '', ...indented(text), ...bound];
}

function pairLines({ id, split, tension, a, b }: PersonaPair): string[] {
  const palette = paletteFor(process.stdout);
  const member = (seat: string, { name, stance }: PersonaPair['a']) => [
    '',
    ` ${palette.bold(`${seat}  ${printable(name)}`)}`,
    ...indented(stance),
  ];
  return [
    ` ${palette.bold(id)}  ${palette.dim(`${split} · ${printable(tension)}`)}`,
    ...member('A', a),
    ...member('B', b),
  ];
}

function indented(text: string): string[] {
  return wrapText(text, widthOf(process.stdout) - 8).map((line) => `    ${line}`);
}

function stats(flags: Filters): void {
  const statistics = statisticsOf(selected(flags));
  if (flags.json) sayJson(statistics);
  else say(...statisticsLines(statistics));
}

function statisticsLines(statistics: Statistics): string[] {
  const { dilemmas, words, type_token_ratio } = statistics;
  const table = (head: string, counts: Record<string, number>) => [
    '',
    ...tableLines(
      [{ head }, { head: 'dilemmas', align: 'right' }],
      Object.entries(counts).map(([key, count]) => [printable(key), String(count)]),
    ),
  ];
  const settings = Object.entries(statistics.by_setting);
  return [
    `${plural(dilemmas, 'dilemma')}, ${decimal(words.mean)} words on average (${words.least} to ${words.most})`,
    ...table('split', statistics.by_split),
    ...table('tier', statistics.by_tier),
    ...table('domain', statistics.by_domain),
    ...table('stage of life', statistics.by_stage),
    ...table('tag', statistics.by_tag),
    ...table(`setting (${settings.length} in all)`, Object.fromEntries(settings.slice(0, 20))),
    '',
    ...tableLines(
      [{ head: 'variety of words' }, { head: 'types per token', align: 'right' }],
      Object.entries(type_token_ratio).map(([tier, ratio]) => [tier, decimal(ratio, 3)]),
    ),
  ];
}

function check(flags: Sources): number {
  const problems: Problem[] = [];
  const onProblem = ({ message }: EntenteError) => void problems.push({ rule: 'file', message });
  // Whoever names only persona pairs wants those checked: our dilemmas are bound to ours.
  const onlyPairs = flags.personas !== undefined && flags.dilemmas === undefined;
  const dilemmas = onlyPairs ? [] : placeDilemmas(flags.dilemmas ?? [], onProblem);
  const pairs = placePersonaPairs(flags.personas ?? [], onProblem);
  for (const problem of checkLibrary(dilemmas, pairs)) problems.push(problem);
  if (flags.json) sayJson({ dilemmas: dilemmas.length, pairs: pairs.length, problems });
  else {
    if (problems.length > 0)
      say(problems.map(({ rule, message }) => `${rule.padEnd(9)} ${printable(message)}`).join('\n'));
    const verdict = problems.length === 0 ? 'every check passed' : plural(problems.length, 'problem');
    remark(`${plural(dilemmas.length, 'dilemma')}, ${plural(pairs.length, 'persona pair')}: ${verdict}`);
  }
  return problems.length === 0 ? 0 : 2;
}
