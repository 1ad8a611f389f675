import { describe, expect, test } from 'vitest';
import { EntenteError, type ErrorCode } from '../../src/errors.js';
import { type Attempt, type Generator, generateRecords, type Yield } from '../../src/generation/generate.js';

const accept = (record: string): Attempt<string> => ({ accepted: true, record });
const reject = (reason: string): Attempt<string> => ({ accepted: false, reason });
const failing = (code: ErrorCode) => new EntenteError(code, `it was ${code}`);

/** Proposes what the script says of an attempt, and takes no record twice. */
function scripted(propose: (attempt: number) => Attempt<string> | EntenteError | Promise<Attempt<string>>) {
  const admitted = new Set<string>();
  const generator: Generator<string> = {
    propose: async (attempt) => {
      const answer = await propose(attempt);
      if (answer instanceof EntenteError) throw answer;
      return answer;
    },
    screen: (record) => (admitted.has(record) ? 'repeated' : null),
    admit: (record) => void admitted.add(record),
  };
  return generator;
}

function generate(
  generator: Generator<string>,
  count: number,
  parts: { concurrency?: number; signal?: AbortSignal } = {},
) {
  const written: string[] = [];
  const progress: Yield[] = [];
  const options = { count, concurrency: 3, ...parts };
  const result = generateRecords(
    generator,
    options,
    (record) => void written.push(record),
    (soFar) => void progress.push(soFar),
  );
  return { result, written, progress };
}

describe('generating', () => {
  test('ends with exactly as many records as were asked for, in order of attempt, whatever order they finish in', async () => {
    const release: (() => void)[] = [];
    const late = (attempt: number) =>
      new Promise<Attempt<string>>((resolve) => {
        release.push(() => resolve(accept(`record ${attempt}`)));
        if (release.length === 3 || attempt === 3) for (const go of release.splice(0).reverse()) go();
      });
    const { result, written } = generate(scripted(late), 4);
    expect(await result).toEqual({ accepted: 4, attempts: 4, rejected: {} });
    expect(written).toEqual(['record 0', 'record 1', 'record 2', 'record 3']);
  });

  test('holds side-by-side attempts against each other', async () => {
    const generator = scripted((attempt) => accept(attempt < 3 ? 'same' : `record ${attempt}`));
    const { result, written } = generate(generator, 3);
    expect(await result).toEqual({ accepted: 3, attempts: 5, rejected: { repeated: 2 } });
    expect(written).toEqual(['same', 'record 3', 'record 4']);
  });

  test('never has more attempts in flight than allowed', async () => {
    let inFlight = 0;
    let most = 0;
    const generator = scripted(async (attempt) => {
      most = Math.max(most, ++inFlight);
      await Promise.resolve();
      inFlight--;
      return accept(`record ${attempt}`);
    });
    await generate(generator, 20, { concurrency: 4 }).result;
    expect(most).toBe(4);
  });

  test('tells of its yield as it goes, the most frequent reason first', async () => {
    const reasons = ['vague', 'id', 'id'];
    const generator = scripted((attempt) => (attempt < 3 ? reject(reasons[attempt]!) : accept(`record ${attempt}`)));
    const { result, progress } = generate(generator, 3);
    await result;
    expect(progress.map(({ attempts, accepted }) => [attempts, accepted])).toEqual([
      [3, 0],
      [6, 3],
    ]);
    expect(Object.entries(progress[0]?.rejected ?? {})).toEqual([
      ['id', 2],
      ['vague', 1],
    ]);
  });

  test('counts a call that failed as a rejection, by its kind', async () => {
    const codes: ErrorCode[] = ['refused', 'timeout', 'connection'];
    const generator = scripted((attempt) => (attempt < 3 ? failing(codes[attempt]!) : accept(`record ${attempt}`)));
    const rejected = { 'call failed: refused': 1, 'call failed: timeout': 1, 'call failed: connection': 1 };
    expect(await generate(generator, 2).result).toMatchObject({ accepted: 2, rejected });
  });
});

describe('generating gives up', () => {
  test('on a model that returns rubbish, after a bounded number of attempts, in one line with the reasons', async () => {
    const generator = scripted((attempt) =>
      attempt === 5 ? accept('one') : reject(attempt % 3 ? 'unreadable' : 'length'),
    );
    const { result, written, progress } = generate(generator, 10);
    await expect(result).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(
        /^the model gave 1 of 10 usable records in 52 attempts \(rejected: unreadable 33, length 18\)/,
      ),
    });
    expect(written).toEqual(['one']);
    expect(progress.at(-1)).toMatchObject({ attempts: 52 });
  });

  test.each(['budget', 'interrupted', 'endpoint'] as const)(
    'at once on %s, and what the other attempts of the batch brought is kept',
    async (code) => {
      let asked = 0;
      const generator = scripted((attempt) => {
        asked++;
        return attempt === 4 ? failing(code) : accept(`record ${attempt}`);
      });
      const { result, written, progress } = generate(generator, 20);
      await expect(result).rejects.toMatchObject({ code, message: `it was ${code}` });
      expect(written).toEqual(['record 0', 'record 1', 'record 2', 'record 3', 'record 5']);
      expect(progress.at(-1)).toEqual({ accepted: 5, attempts: 5, rejected: {} });
      expect(asked).toBe(6);
    },
  );

  test('when asked to stop, after the batch that it is in', async () => {
    const stopping = new AbortController();
    const generator = scripted((attempt) => {
      if (attempt === 1) stopping.abort();
      return accept(`record ${attempt}`);
    });
    const { result, written } = generate(generator, 20, { signal: stopping.signal });
    await expect(result).rejects.toMatchObject({ code: 'interrupted' });
    expect(written).toHaveLength(3);
  });
});
