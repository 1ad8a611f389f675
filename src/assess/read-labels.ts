/** What people said of stored episodes, from a JSONL file: one label in a line, every complaint with file and line. */
import { z } from 'zod';
import { EntenteError } from '../errors.js';
import { describeIssue, inputError, readDataFile } from '../scenarios/index.js';

const labelSchema = z
  .strictObject({
    /** `run/12`, or an episode's id. */
    episode: z.string().min(1),
    agreed: z.boolean().optional(),
    ca: z.number().min(0).max(5).optional(),
  })
  .refine(
    ({ agreed, ca }) => agreed !== undefined || ca !== undefined,
    'needs `agreed` (true or false), `ca` (0 to 5), or both',
  );

/** What one line says. Null: it does not say it. */
export interface Label<Episode> {
  episode: Episode;
  agreed: boolean | null;
  ca: number | null;
}

/**
 * `find` turns the name of an episode into the episode, whose `episode_id` must be its own; what it throws is told with the
 * line. Throws `input` for a file that cannot be read or is empty, a line that is no label, and a thing labelled twice.
 */
export function readLabels<Episode extends { episode_id: string }>(
  path: string,
  find: (reference: string) => Episode,
): Label<Episode>[] {
  if (!path.endsWith('.jsonl'))
    throw new EntenteError(
      'usage',
      `--labels: ${path} must be a .jsonl file, one label in a line, such as ${example}.`,
    );
  const file = readDataFile(path);
  const records = file.value as unknown[];
  if (records.length === 0)
    throw new EntenteError('input', `${path}: holds no label; write one in a line, such as ${example}.`);
  const lines = new Map<string, number>();
  return records.map((record, index) => {
    const parsed = labelSchema.safeParse(record);
    if (!parsed.success) throw inputError(file, [index], describeIssue(parsed.error));
    const { agreed = null, ca = null } = parsed.data;
    const line = file.lineOf([index]);
    const episode = found(`${path}:${line}`, parsed.data.episode, find);
    for (const what of [agreed === null ? null : 'agreed', ca === null ? null : 'ca']) {
      const name = `${episode.episode_id} ${what}`;
      const before = lines.get(name);
      if (what !== null && before !== undefined)
        throw new EntenteError(
          'input',
          `${path}:${line}: ${what} of ${parsed.data.episode} stands in line ${before} already; keep one of the two, or settle them first.`,
        );
      lines.set(name, line);
    }
    return { episode, agreed, ca };
  });
}

const example = '{"episode": "brisk-otter/12", "agreed": true, "ca": 3}';

function found<Episode>(place: string, reference: string, find: (reference: string) => Episode): Episode {
  try {
    return find(reference);
  } catch (error) {
    if (!(error instanceof EntenteError)) throw error;
    throw new EntenteError('input', `${place}: ${error.message}`, { cause: error });
  }
}
