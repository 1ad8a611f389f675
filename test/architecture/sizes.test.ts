import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { linesOf, nodesIn, parse, sourceFiles } from '../support/source-files.js';

const sources = sourceFiles();
const maxFileLines = 400;
const maxFunctionLines = 50;

/** Factories that are longer, counted with the functions they return. A name that is short enough again comes off. */
const longFactories = [
  'src/chat/openai.ts createOpenAIModel',
  'src/cli/progress.ts createProgress',
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
