import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every TypeScript file below src, named from the root of the project: `src/run/plan.ts`. */
function sourceFiles(): ts.SourceFile[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => parse(`src/${name}`, readFileSync(join(root, 'src', name), 'utf8')));
}

function parse(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
}

/** The node and everything in it. */
function* nodesIn(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* nodesIn(child);
}

/** `src/run/plan.ts:12`. */
function placeOf(file: ts.SourceFile, node: ts.Node): string {
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
}

/** From the line on which it begins to that on which it ends. Its comment is not counted. */
function linesOf(file: ts.SourceFile, node: ts.Node): number {
  const lineAt = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  return lineAt(node.end) - lineAt(node.getStart(file)) + 1;
}

const sources = sourceFiles();

const maxFileLines = 400;
const maxFunctionLines = 50;

/** Factories that are longer, counted with the functions they return. A name that is short enough again comes off. */
const longFactories = [
  'src/cli/progress.ts createProgress',
  'src/generation/dilemmas.ts createDilemmaGenerator',
  'src/generation/pairs.ts createPairGenerator',
  'src/store/reads.ts createReads',
  'src/store/runs.ts createRunWrites',
];

function longFunctionsIn(file: ts.SourceFile): string[] {
  return [...nodesIn(file)]
    .filter((node) => ts.isFunctionLike(node) && linesOf(file, node) > maxFunctionLines)
    .map((node) => `${file.fileName} ${nameOf(node as ts.SignatureDeclaration)}`);
}

function nameOf({ name, parent }: ts.SignatureDeclaration): string {
  if (name !== undefined) return name.getText();
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : 'a callback';
}

const lineCount = (file: ts.SourceFile) => file.text.trimEnd().split('\n').length;

describe('what has to be read at once stays small', () => {
  test('no file of the sources is longer than 400 lines', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter((file) => lineCount(file) > maxFileLines).map(({ fileName }) => fileName)).toEqual([]);
  });

  test('no function is longer than 50 lines, but for the factories named here', () => {
    expect(sources.flatMap(longFunctionsIn).sort()).toEqual(longFactories);
  });

  test('functions of any form are counted', () => {
    const body = (lines: number) => `{\n${'  work();\n'.repeat(lines - 2)}}`;
    const forms = (lines: number) => `
      function plain() ${body(lines)}
      const arrow = () => ${body(lines)};
      const held = { method() ${body(lines)}, property: async () => ${body(lines)} };
      class Thing { constructor() ${body(lines)} get value() ${body(lines)} }
      list.map((item) => ${body(lines)});
    `;
    expect(longFunctionsIn(parse('fits.ts', forms(50)))).toEqual([]);
    const names = ['plain', 'arrow', 'method', 'property', 'a callback', 'value', 'a callback'];
    expect(longFunctionsIn(parse('long.ts', forms(51))).sort()).toEqual(names.map((name) => `long.ts ${name}`).sort());
  });
});

type Find = (node: ts.Node) => boolean;

const isAny: Find = (node) => node.kind === ts.SyntaxKind.AnyKeyword;
const isBang: Find = (node) =>
  ts.isNonNullExpression(node) ||
  ((ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) && node.exclamationToken !== undefined);
const isPrintOrExit: Find = (node) =>
  ts.isPropertyAccessExpression(node) && /^(console\.\w+|process\.(stdout|stderr|exit|exitCode))$/.test(node.getText());
const isRandom: Find = (node) =>
  (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') ||
  (ts.isIdentifier(node) && /^(randomUUID|randomBytes|randomInt|getRandomValues)$/.test(node.text));

function placesOf(find: Find, files = sources): string[] {
  return files.flatMap((file) => [...nodesIn(file)].filter(find).map((node) => placeOf(file, node)));
}

const outside = (folder: string) => sources.filter(({ fileName }) => !fileName.startsWith(`src/${folder}/`));

describe('the sources', () => {
  test('never say any', () => expect(placesOf(isAny)).toEqual([]));

  test('never claim with ! that something is there', () => expect(placesOf(isBang)).toEqual([]));

  test('print and exit in cli only', () => expect(placesOf(isPrintOrExit, outside('cli'))).toEqual([]));

  test('get their randomness as an argument, everywhere but in cli', () =>
    expect(placesOf(isRandom, outside('cli'))).toEqual([]));

  test.each([
    ['any', isAny, 'const x: any = 1;'],
    ['any in a cast', isAny, 'f(x as any);'],
    ['any in a type argument', isAny, 'const x = new Map<string, any>();'],
    ['!', isBang, 'f(x!);'],
    ['! before a property', isBang, 'x!.y;'],
    ['! in a declaration', isBang, 'let x!: string;'],
    ['a print', isPrintOrExit, 'console.log(1);'],
    ['an exit', isPrintOrExit, 'process.exit(1);'],
    ['randomness', isRandom, 'const x = Math.random();'],
    ['randomness handed on', isRandom, 'f(Math.random);'],
  ])('are searched so that %s is found, and a harmless text is not', (_name, find, planted) => {
    const harmless = "const any = { text: 'any!', exit: 1 }; // any\nif (!any.exit !== true) write(`!`);";
    expect(placesOf(find, [parse('harmless.ts', harmless)])).toEqual([]);
    expect(placesOf(find, [parse('planted.ts', `${harmless}\n${planted}`)])).toEqual(['planted.ts:3']);
  });

  test('have kebab-case names that say what a file holds', () => {
    const vague = /^(utils?|helpers?|manager|service|types|common|misc)\.ts$/;
    const names = sources.map(({ fileName }) => basename(fileName));
    expect(names.filter((name) => vague.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(name))).toEqual([]);
  });

  test('begin each with a comment on what the file is, but for the lists of exports', () => {
    const unsaid = sources.filter(
      ({ fileName, text }) => !fileName.endsWith('/index.ts') && !/^(#!.*\n)?\/\*\*/.test(text),
    );
    expect(unsaid.map(({ fileName }) => fileName)).toEqual([]);
  });
});

/** The names that a file exports one by one. */
function exportedNames(file: ts.SourceFile): string[] {
  return file.statements.filter(ts.isExportDeclaration).flatMap(({ exportClause, moduleSpecifier }) => {
    if (exportClause === undefined) return [`everything of ${moduleSpecifier?.getText(file)}`];
    return ts.isNamedExports(exportClause)
      ? exportClause.elements.map(({ name }) => name.text)
      : [exportClause.name.text];
  });
}

test('the public door passes on names that are written out, each once, and holds no code', () => {
  const door = sources.find(({ fileName }) => fileName === 'src/index.ts');
  const names = door === undefined ? [] : exportedNames(door);
  expect(names).toContain('runEpisode');
  expect(names.filter((name) => name.startsWith('everything'))).toEqual([]);
  expect(door?.statements.filter((statement) => !ts.isExportDeclaration(statement))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test('domain and errors, at the very bottom, import nothing of ours from above', () => {
  const bottom = sources.filter(({ fileName }) => /^src\/(domain\/|errors\.ts)/.test(fileName));
  const imported = bottom.flatMap((file) =>
    file.statements.flatMap((statement) =>
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
        ? [`${file.fileName} ${statement.moduleSpecifier?.getText(file).slice(1, -1)}`]
        : [],
    ),
  );
  const allowed = /^src\/domain\/\S+ (\.\/[a-z-]+\.js|\.\.\/errors\.js|zod|node:crypto)$/;
  expect(imported.length).toBeGreaterThan(5);
  expect(imported.filter((line) => !allowed.test(line))).toEqual([]);
});
