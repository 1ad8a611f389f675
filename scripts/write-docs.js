// Writes what is generated: docs/config.md, docs/config.schema.json, the picture of the machine in the README and the
// tables of docs/data.md.
// With --check it writes nothing and fails where a file is out of date. Needs a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { deliberationMachine } from '../dist/deliberation/index.js';
import { runConfigSchema } from '../dist/domain/index.js';
import { loadDilemmas, loadPersonaPairs, statisticsOf } from '../dist/scenarios/index.js';

const root = new URL('../', import.meta.url);
const check = process.argv.includes('--check');
let stale = 0;

/** @type {any} */
const schema = z.toJSONSchema(runConfigSchema, { io: 'input' });
const roles = Object.fromEntries(
  ['policy', 'opponent', 'judge', 'scorer'].map((name) => {
    const { description, default: fallback, ...object } = schema.properties[name];
    // A judging role is a list in the schema; people may also write its only member.
    const one = object.items ?? object;
    const forms = [one.properties.model, one];
    const panel = object.items === undefined ? [] : [{ ...object, items: { anyOf: forms } }];
    return [
      name,
      { description, ...(fallback === undefined ? {} : { default: fallback }), anyOf: [...forms, ...panel] },
    ];
  }),
);
const forEditors = { ...schema, title: 'entente run config', properties: { ...schema.properties, ...roles } };
put('docs/config.schema.json', `${JSON.stringify(forEditors, null, 2)}\n`);
put('docs/config.md', configPage(schema));
const readme = readFileSync(new URL('README.md', root), 'utf8');
put('README.md', readme.replace(/(<!-- machine -->\n)[\s\S]*(<!-- \/machine -->)/, `$1${machinePicture()}$2`));
const card = readFileSync(new URL('docs/data.md', root), 'utf8');
put('docs/data.md', card.replace(/(<!-- tables -->\n)[\s\S]*(<!-- \/tables -->)/, `$1${compositionTables()}$2`));
if (stale > 0) {
  console.error('run npm run docs');
  process.exitCode = 1;
}

/**
 * @param {string} path
 * @param {string} text
 */
function put(path, text) {
  const url = new URL(path, root);
  if (!check) return writeFileSync(url, text);
  let found = '';
  try {
    found = readFileSync(url, 'utf8');
  } catch {}
  if (found === text) return;
  stale++;
  console.error(`${path} is out of date`);
}

/** @param {any} schema */
function configPage(schema) {
  const { policy, judge, completion, ...plain } = schema.properties;
  const ofJudges = Object.entries(judge.items.properties).filter(([name]) => !(name in policy.properties));
  return `# The config of a run

Generated from the schema by \`npm run docs\`; do not edit. \`entente run config.yaml\` reads such a file, flags go over it.
For completion and checks in an editor, put this line first:

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/entente/docs/config.schema.json
\`\`\`

## Keys

${keyTable(Object.entries(plain).filter(([name]) => !['opponent', 'scorer'].includes(name)))}

## Roles

\`policy\`, \`opponent\`, \`judge\` and \`scorer\` each take a model spec alone (\`policy: qwen3@http://127.0.0.1:8000/v1\`) or these keys.
Absent sampling keys take the defaults of their role: speaking at temperature 0.7 and top_p 0.95, judges greedy. Every
sampling field is sent with every call, so that no server default decides anything.

${keyTable(Object.entries(policy.properties))}

\`judge\` and \`scorer\` may each be a list of such roles, a panel, and take these keys too (docs/judging.md). A judge that is
asked more than once for a verdict is sampled at temperature 1 where none is given.

${keyTable(ofJudges)}

## \`completion\`

${completion.description} Keys: ${Object.keys(completion.properties)
    .map((name) => `\`${name}\``)
    .join(', ')}; default temperature 0.1, top_p 0.95.
`;
}

/** @param {[string, any][]} entries */
function keyTable(entries) {
  const rows = entries.map(([name, property]) => {
    const fallback = property.default === undefined ? '' : `\`${JSON.stringify(property.default)}\``;
    return `| \`${name}\` | ${typeOf(property)} | ${fallback} | ${property.description ?? ''} |`;
  });
  return ['| key | value | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** @param {any} property @returns {string} */
function typeOf(property) {
  if (property.enum) return property.enum.map((/** @type {string} */ value) => `\`${value}\``).join(', ');
  if (property.const !== undefined) return `\`${property.const}\``;
  if (property.anyOf) return property.anyOf.map(typeOf).join(' or ');
  if (property.type === 'array') return `list of ${typeOf(property.items)}`;
  if (property.type === 'object') return 'mapping';
  const least =
    property.minimum ?? (property.exclusiveMinimum === undefined ? undefined : `over ${property.exclusiveMinimum}`);
  const bounded = property.maximum !== undefined && property.maximum < Number.MAX_SAFE_INTEGER;
  const most = bounded ? ` to ${property.maximum}` : property.minimum === undefined ? '' : ' or more';
  return least === undefined ? property.type : `${property.type}, ${least}${most}`;
}

/** The figures of `entente scenarios stats`, as Markdown. */
function compositionTables() {
  const dilemmas = loadDilemmas();
  const train = statisticsOf(dilemmas.filter(({ split }) => split === 'train'));
  const all = statisticsOf(dilemmas);
  const settings = Object.entries(train.by_setting);
  const ratios = Object.entries(train.type_token_ratio).map(([tier, ratio]) => `${tier} ${ratio?.toFixed(3)}`);
  const pairs = loadPersonaPairs();
  return [
    `Training texts have ${train.words.least} to ${train.words.most} words, ${train.words.mean.toFixed(1)} on average, from`,
    `${settings.length} settings. Variety of words, as types per token over windows of 1,000 tokens: ${ratios.join(', ')}.`,
    '',
    countTable('split', all.by_split),
    countTable('training tier', train.by_tier),
    countTable('training domain', train.by_domain),
    countTable('stage of life (training)', train.by_stage),
    countTable('tension (training; up to three each)', train.by_tag),
    countTable('most frequent settings (training)', Object.fromEntries(settings.slice(0, 15))),
    '| pair | split | tension |\n|---|---|---|',
    ...pairs.map(({ id, split, tension }) => `| ${id} | ${split} | ${tension} |`),
    '',
  ].join('\n');
}

/**
 * @param {string} head
 * @param {Record<string, number>} counts
 */
function countTable(head, counts) {
  const rows = Object.entries(counts).map(([key, count]) => `| ${key} | ${count} |`);
  return [`| ${head} | dilemmas |`, '|---|---:|', ...rows, ''].join('\n');
}

/** A Mermaid state diagram, from the machine's own states and transitions. */
function machinePicture() {
  const lines = ['```mermaid', 'stateDiagram-v2', '  direction LR', '  [*] --> opening'];
  for (const node of everyNode(deliberationMachine.root)) {
    const children = Object.values(node.states);
    if (children.length > 0 && node !== deliberationMachine.root) {
      lines.push(`  state ${nameOf(node)} {`, `    [*] --> ${nameOf(children[0])}`, '  }');
    }
    for (const { target, guard } of transitionsOf(node)) {
      const label = typeof guard === 'string' ? guard : guard?.type;
      const from = nameOf(node);
      for (const to of target ?? []) lines.push(`  ${from} --> ${nameOf(to)}${label ? `: ${label}` : ''}`);
    }
    // Whatever an actor throws, wherever, leads to `failed`.
    if (node.invoke.length > 0) lines.push(`  ${nameOf(node)} --> failed: error`);
    if (node.type === 'final') lines.push(`  ${nameOf(node)} --> [*]`);
  }
  return `${[...lines, '```'].join('\n')}\n`;
}

/** @param {any} node @returns {any[]} */
function everyNode(node) {
  return [node, ...Object.values(node.states).flatMap(everyNode)];
}

/** @param {any} node @returns {any[]} */
function transitionsOf(node) {
  if (node === deliberationMachine.root) return [];
  return [...(node.always ?? []), ...[...node.transitions.values()].flat()];
}

/** @param {any} node */
function nameOf(node) {
  return node.path.join('_');
}
