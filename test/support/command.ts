/** Runs one command of the command line in this process: the same code as a user's, without the start of a process. */
import { Command } from 'commander';
import { vi } from 'vitest';
import { type EntenteError, toEntenteError } from '../../src/errors.js';

export interface Outcome {
  /** What the command threw; null where it came to its end. */
  error: EntenteError | null;
  /** The exit code that it set itself. */
  exit: number;
  stdout: string;
  stderr: string;
}

type AddCommand = (program: Command, setExit: (code: number) => void) => void;

/** One at a time: what is printed meanwhile is taken for the command's. */
export async function runCommand(add: AddCommand, args: readonly string[]): Promise<Outcome> {
  const outcome: Outcome = { error: null, exit: 0, stdout: '', stderr: '' };
  const catching = (stream: NodeJS.WriteStream, name: 'stdout' | 'stderr') =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      outcome[name] += String(text);
      return true;
    });
  const spies = [catching(process.stdout, 'stdout'), catching(process.stderr, 'stderr')];
  const program = new Command('entente');
  add(program, (code) => {
    outcome.exit = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (thrown) {
    outcome.error = toEntenteError(thrown);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return outcome;
}
