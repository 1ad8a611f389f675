/** The terminal's way to the same data: commands that can be pasted into a shell as they are. */

const plain = /^[A-Za-z0-9_./:@%+,=-]+$/;

/** As one word of a POSIX shell. */
export function quoted(word: string): string {
  return plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** ` --db FILE`, or nothing where it is the default. */
export function dbFlagFor(path: string): string {
  return path === 'runs/entente.db' ? '' : ` --db ${quoted(path)}`;
}
