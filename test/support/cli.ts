/** Runs the built command line as a user does: a real process in a folder of its own. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const mainPath = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ending {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  cwd: string;
  env?: Record<string, string>;
}

/** Runs to the end. The environment holds no key unless given. */
export function entente(args: readonly string[], { cwd, env = {} }: CliOptions): Promise<Ending> {
  return new Promise((resolve) => {
    const options = { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env }, maxBuffer: 1 << 28 };
    execFile(process.execPath, [mainPath, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** Starts and leaves running; killed when the test ends. */
export function startEntente(args: readonly string[], { cwd, env = {} }: CliOptions) {
  const child = spawn(process.execPath, [mainPath, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** An empty folder that is gone after the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'entente-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
