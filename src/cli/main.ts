#!/usr/bin/env node
/** The command line: parses, hands over to one command, turns what it throws into one line and an exit code. */
import { Command, CommanderError } from 'commander';
import { EntenteError, type ErrorCode, toEntenteError } from '../errors.js';
import { version } from '../version.js';
import { paletteFor } from './terminal.js';

/** In the order of the help. Only the command that is called is loaded: most need a tenth of what all need. */
const commands = {
  run: async () => (await import('./run.js')).addRun,
  resume: async () => (await import('./resume.js')).addResume,
  scenarios: async () => (await import('./scenarios.js')).addScenarios,
  compare: async () => (await import('./compare.js')).addCompare,
  eval: async () => (await import('./eval.js')).addEval,
  runs: async () => (await import('./runs.js')).addRuns,
  replay: async () => (await import('./replay.js')).addReplay,
  report: async () => (await import('./report.js')).addReport,
  rescore: async () => (await import('./rescore.js')).addRescore,
  judge: async () => (await import('./judge.js')).addJudge,
  export: async () => (await import('./export.js')).addExport,
  verify: async () => (await import('./verify.js')).addVerify,
  generate: async () => (await import('./generate.js')).addGenerate,
  view: async () => (await import('./view.js')).addView,
  mock: async () => (await import('./mock.js')).addMock,
  check: async () => (await import('./check.js')).addCheck,
};

/** The adder of the command on the command line, or of every command, for help and for names that are none. */
function addersFor(name: string | undefined) {
  const named = Object.entries(commands).filter(([command]) => command === name);
  return Promise.all((named.length === 0 ? Object.entries(commands) : named).map(([, load]) => load()));
}

/** 0 done · 1 finished, but episodes failed · 2 usage or input · 3 budget · 4 storage · 130 interrupted. */
function exitCodeOf(code: ErrorCode): number {
  if (code === 'budget') return 3;
  if (code === 'storage') return 4;
  if (code === 'interrupted') return 130;
  if (code === 'uncertified' || code === 'failures') return 1;
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
  for (const add of await addersFor(process.argv[2])) add(program, setExit);
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
