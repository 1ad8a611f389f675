#!/usr/bin/env node
/** The command line: parses, hands over to one command, turns what it throws into one line and an exit code. */
import { Command, CommanderError } from 'commander';
import { EntenteError, type ErrorCode, toEntenteError } from '../errors.js';
import { version } from '../run/index.js';
import { addCheck } from './check.js';
import { addExport } from './export.js';
import { addGenerate } from './generate.js';
import { addMock } from './mock.js';
import { addReplay } from './replay.js';
import { addReport } from './report.js';
import { addResume } from './resume.js';
import { addRun } from './run.js';
import { addRuns } from './runs.js';
import { addScenarios } from './scenarios.js';
import { paletteFor } from './terminal.js';
import { addVerify } from './verify.js';
import { addView } from './view.js';

/** 0 done · 1 finished, but episodes failed · 2 usage or input · 3 budget · 4 storage · 130 interrupted. */
function exitCodeOf(code: ErrorCode): number {
  if (code === 'budget') return 3;
  if (code === 'storage') return 4;
  if (code === 'interrupted') return 130;
  if (code === 'uncertified') return 1;
  return code === 'internal' ? 70 : 2;
}

function fail(thrown: unknown): number {
  const error = toEntenteError(thrown);
  const label = paletteFor(process.stderr).red('entente:');
  process.stderr.write(`${label} ${error.message.replace(/\s*\n\s*/g, ' ')}\n`);
  if (error.code === 'internal') {
    process.stderr.write('This is a fault in entente. Run again with ENTENTE_DEBUG=1 and report what it prints.\n');
    if (process.env['ENTENTE_DEBUG']) console.error(thrown);
  }
  return exitCodeOf(error.code);
}

async function main(): Promise<number> {
  let exit = 0;
  const setExit = (code: number) => {
    exit = code;
  };
  const program = new Command('entente')
    .description(
      'Self-play negotiation: two agents with opposing personas deliberate, judges grade, token-exact data comes out.',
    )
    .version(version)
    .showHelpAfterError(false)
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  addRun(program, setExit);
  addResume(program, setExit);
  addScenarios(program, setExit);
  for (const add of [addRuns, addReplay, addReport, addExport, addVerify, addGenerate, addView, addMock, addCheck])
    add(program);
  // Subcommands inherit neither of these once they exist.
  for (const command of program.commands.flatMap((one) => [one, ...one.commands])) {
    command.exitOverride().configureOutput({ outputError: () => {} });
  }
  try {
    await program.parseAsync();
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error);
    if (error.exitCode === 0) return 0;
    // Called without a command, it has shown its help.
    if (error.code === 'commander.help') return 2;
    return fail(new EntenteError('usage', usageMessage(error, program)));
  }
}

/** Commander's sentence, and where to look. */
function usageMessage({ message }: CommanderError, program: Command): string {
  const name = program.args[0] ?? process.argv[2] ?? '';
  const known = program.commands.some((command) => command.name() === name);
  return `${message.replace(/^error: /, '').replace(/\.?$/, '')}; see \`entente ${known ? `${name} ` : ''}--help\`.`;
}

/** A reader that has seen enough (`| head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await main();
