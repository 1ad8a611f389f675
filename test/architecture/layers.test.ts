import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * The layers as docs/architecture.md draws them, written down once more on purpose: the rules of dependency-cruiser are
 * held against this, import by import.
 */
const levels = [
  ['domain'],
  ['scenarios', 'chat', 'trajectory', 'reward'],
  ['deliberation', 'judging', 'store', 'generation'],
  ['run', 'assess', 'compare', 'export', 'report', 'viewer'],
  ['cli'],
];
const folders = levels.flat();
const levelOf = (folder: string) => levels.findIndex((level) => level.includes(folder));

const root = fileURLToPath(new URL('../../', import.meta.url));
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}

/** What `npm run lint` runs, in this folder. */
async function violationsIn(folder: string): Promise<Violation[]> {
  const args = [cruiser, 'src', '--output-type', 'json'];
  const options = { cwd: folder, maxBuffer: 1 << 28 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options).catch(
    // It exits with the number of violations.
    (error: Error & { stdout: string }) => (error.stdout ? error : Promise.reject(error)),
  );
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

// Both are cruised at once.
const inSources = violationsIn(root);

test('the sources keep to the layers', async () => {
  const violations = await inSources;
  expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} imports ${to}`)).toEqual([]);
});

describe('an import that breaks a rule is found', () => {
  const copy = mkdtempSync(join(tmpdir(), 'entente-layers-'));
  let violations: Violation[] = [];

  /** One more file, whose only content is this import. */
  function plant(file: string, target: string): void {
    mkdirSync(dirname(join(copy, 'src', file)), { recursive: true });
    writeFileSync(join(copy, 'src', file), `import '${target}';\n`);
  }
  const rulesAgainst = (file: string) =>
    violations.filter(({ from }) => from === `src/${file}`).map(({ rule }) => rule.name);

  beforeAll(async () => {
    for (const name of ['src', '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
    for (const from of folders) {
      plant(`${from}/planted-leaf.ts`, 'node:path');
      plant(`${from}/planted-sql.ts`, 'better-sqlite3');
      plant(`${from}/planted-openai.ts`, 'openai');
      plant(`${from}/planted-undici.ts`, 'undici');
      plant(`${from}/planted-public-door.ts`, '../index.js');
      for (const to of folders) {
        if (from === to) continue;
        plant(`${to}/index.ts`, 'node:path');
        plant(`${from}/planted-to-${to}.ts`, `../${to}/index.js`);
        plant(`${from}/planted-into-${to}.ts`, `../${to}/planted-leaf.js`);
      }
    }
    plant('domain/planted-cycle.ts', './planted-cycle-back.js');
    plant('domain/planted-cycle-back.ts', './planted-cycle.js');
    plant('planted-root-sql.ts', 'better-sqlite3');
    violations = await violationsIn(copy);
  }, 30_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test.each(folders)('upward or sideways from %s; downward is free', (from) => {
    const broken = folders.filter((to) => to !== from && rulesAgainst(`${from}/planted-to-${to}.ts`).length > 0);
    expect(broken).toEqual(folders.filter((to) => to !== from && levelOf(to) >= levelOf(from)));
  });

  test.each(folders)('past the door of another folder, from %s', (from) => {
    for (const to of folders.filter((folder) => folder !== from)) {
      expect(rulesAgainst(`${from}/planted-into-${to}.ts`)).toContain(`door-of-${to}`);
      expect(rulesAgainst(`${from}/planted-to-${to}.ts`)).not.toContain(`door-of-${to}`);
    }
  });

  test('of SQLite anywhere but in store', () => {
    const guilty = folders.filter((from) => rulesAgainst(`${from}/planted-sql.ts`).includes('only-store-speaks-sql'));
    expect(guilty).toEqual(folders.filter((folder) => folder !== 'store'));
    expect(rulesAgainst('planted-root-sql.ts')).toEqual(['only-store-speaks-sql']);
  });

  test.each(['openai', 'undici'])('of %s anywhere but in chat and the viewer', (name) => {
    const guilty = folders.filter((from) =>
      rulesAgainst(`${from}/planted-${name}.ts`).includes('only-chat-speaks-http'),
    );
    expect(guilty).toEqual(folders.filter((folder) => folder !== 'chat' && folder !== 'viewer'));
  });

  test('of the public door from inside', () => {
    for (const from of folders) {
      expect(rulesAgainst(`${from}/planted-public-door.ts`)).toContain('public-door-for-nobody-inside');
    }
  });

  test('in a circle', () => {
    // A circle is reported once, at one of its files.
    const both = ['domain/planted-cycle.ts', 'domain/planted-cycle-back.ts'].flatMap(rulesAgainst);
    expect(both).toEqual(['no-circular']);
  });

  test('every rule there is has been broken, but those for a folder that is alone on its level', () => {
    const config = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
      forbidden: { name: string }[];
    };
    const alone = levels.filter((level) => level.length === 1).map(([folder]) => `no-sideways-from-${folder}`);
    const broken = new Set(violations.map(({ rule }) => rule.name));
    expect(config.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual(alone);
  });
});
