import { describe, expect, test } from 'vitest';
import { rehearse } from '../../../src/chat/rehearsal/index.js';
import { defaultSampling } from '../../../src/domain/index.js';
import { figuresOfQuestion } from '../../../src/report/comparisons/pair-figures.js';
import { bootstrapInterval, wilsonInterval } from '../../../src/report/index.js';
import type { ComparisonRow } from '../../../src/store/index.js';

type Winner = ComparisonRow['winner'];

/** One row for each letter, in the dilemma it is listed under. */
function rowsOf(dilemmas: readonly (readonly Winner[])[]): ComparisonRow[] {
  return dilemmas.flatMap((winners, dilemma) =>
    winners.map((winner, index): ComparisonRow => {
      const shown = winner === 'inconsistent' ? ({ shown_a_first: 'a', shown_b_first: 'b' } as const) : null;
      const agreed = winner === 'inconsistent' ? null : winner;
      return {
        ...{ question: 'ca', repeat: 0, dilemma_id: `d${dilemma}`, episode_a: `a${index}`, episode_b: `b${index}` },
        ...(shown ?? { shown_a_first: agreed, shown_b_first: agreed }),
        winner,
      };
    }),
  );
}

const figuresOf = (dilemmas: readonly (readonly Winner[])[]) => {
  const rows = rowsOf(dilemmas);
  return figuresOfQuestion({ question: 'ca', rows, tasks: rows.length, repeats: 1, seed: 3 });
};

describe('figures of a question', () => {
  test('have an interval by drawing whole dilemmas, as recomputed from the rows', () => {
    const dilemmas: Winner[][] = [
      ['a', 'a'],
      ['b', 'a'],
      ['tie', 'a'],
      ['a', 'inconsistent'],
      ['b', 'b'],
      ['a', 'a'],
    ];
    const rate = (drawn: readonly Winner[][]) => {
      const all = drawn.flat();
      return all.filter((winner) => winner === 'a').length / all.length;
    };
    const { win_rate_a, win_rate_a_interval, decisive_dilemmas, p } = figuresOf(dilemmas);
    expect(win_rate_a).toBeCloseTo(7 / 12, 12);
    expect(win_rate_a_interval).toEqual(bootstrapInterval(dilemmas, rate, { seed: 3 }));
    // One dilemma is split evenly. Of five, four lean to A: 2 · (1 + 5) / 32.
    expect([decisive_dilemmas, p]).toEqual([5, 0.375]);
  });

  test('admit, where all was won or nothing, how few dilemmas there were', () => {
    const all = figuresOf([['a', 'a'], ['a'], ['a']]);
    expect(all.win_rate_a_interval).toEqual(wilsonInterval(3, 3));
    expect(all.win_rate_b_interval).toEqual(wilsonInterval(0, 3));
    expect(figuresOf([['a', 'a']]).win_rate_a_interval).toBeNull();
  });

  test('sum to one over what could be read, and are null where nothing could', () => {
    const { win_rate_a, win_rate_b, tie_rate, inconsistent_rate, unread } = figuresOf([
      ['a', 'b', 'tie'],
      ['inconsistent', null],
    ]);
    expect([win_rate_a, win_rate_b, tie_rate, inconsistent_rate]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(unread).toBe(1);
    expect(figuresOf([[null]])).toMatchObject({ comparisons: 0, win_rate_a: null, first_position_rate: null, p: null });
  });
});

test.each(['agency', 'resolution'])('the rehearsal compares by rule, blind to the order: %s', (question) => {
  const rich = '(1) name one person who answers for the mill; (2) share the mill in equal turns.';
  const poor = '(1) drop the mill for good.';
  const winner = (first: string, second: string, seed: number) => {
    const material = JSON.stringify({ dilemma: 'The mill?', first, second });
    const messages = [
      { role: 'system', content: `# Pairwise judge: ${question}` },
      { role: 'user', content: `The material:\n\n\`\`\`json\n${material}\n\`\`\`` },
    ] as const;
    const { content } = rehearse({ messages, sampling: defaultSampling.speaking, seed, wantTokens: false });
    return JSON.parse(content).winner;
  };
  for (const seed of [0, 1, 10]) {
    expect([winner(rich, poor, seed), winner(poor, rich, seed)]).toEqual(['first', 'second']);
    expect(winner(rich, rich, seed)).toBe('tie');
  }
});
