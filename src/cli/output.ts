/** The two ways out: what a command produces goes to stdout, everything said beside it to stderr. */

export function say(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

export function remark(...lines: string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** One JSON document, and nothing else, on stdout. */
export function sayJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
