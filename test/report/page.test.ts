import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunConfigInput } from '../../src/domain/index.js';
import { type Report, renderHtml, renderMarkdown, reportOn } from '../../src/report/index.js';
import { openStore } from '../../src/store/index.js';
import { playStored } from '../support/played-runs.js';

let folder: string;
let path: string;
let report: Report;
let html: string;
let markdown: string;
let database: Database.Database;

const played: RunConfigInput[] = [
  { name: 'talk', mode: 'eval', groups: 9, group_size: 3, seed: 4, max_rounds: 3, step: 100 },
  { name: 'later', mode: 'eval', groups: 9, group_size: 3, seed: 5, max_rounds: 3, step: 200, learner: 'B' },
  { name: 'alone', mode: 'eval', groups: 9, group_size: 3, seed: 4, protocol: 'solo' },
];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'entente-test-'));
  path = join(folder, 'runs.db');
  for (const [place, input] of played.entries()) (await playStored(path, input, {}, place)).store.close();
  const store = openStore(path, { mode: 'read' });
  const runs = played.map(({ name }) => store.runs().find((run) => run.name === name) ?? expect.fail(`no run ${name}`));
  const inputs = runs.map((run) => ({ run, episodes: store.episodeFigures(run.runId), usage: store.usage(run.runId) }));
  report = reportOn(inputs, (runId) => store.scenarioKeys(runId));
  store.close();
  html = renderHtml(report, 'entente 0.0.0');
  markdown = renderMarkdown(report);
  database = new Database(path, { readonly: true });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The rows of the first table under a title: cells by head, as exact numbers where there are any, else as text. */
function tableUnder(title: string, after = ''): Record<string, string | number[]>[] {
  const start = html.indexOf(`>${title}</h`, html.indexOf(after));
  const table = /<table[\s\S]*?<\/table>/.exec(html.slice(start))?.[0] ?? expect.fail(`no table under ${title}`);
  const heads = [...table.matchAll(/<th scope="col"[^>]*>(.*?)<\/th>/g)].map(([, head]) => head ?? '');
  return [...table.matchAll(/<tr>(<th scope="row">[\s\S]*?)<\/tr>/g)].map(([, row]) => {
    const cells = [...(row ?? '').matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell]) => {
      const value = /<data value="([^"]*)">/.exec(cell ?? '')?.[1];
      return value === undefined ? (cell ?? '') : value.split(' ').map(Number);
    });
    return Object.fromEntries(cells.map((cell, index) => [cellName(heads, index), cell]));
  });
}

/** An interval stands to the right of what it belongs to. */
function cellName(heads: readonly string[], index: number): string {
  return heads[index] === '95 %' ? `${heads[index - 1]} 95 %` : (heads[index] ?? '');
}

describe('HTML, the object behind JSON, and SQL give the same numbers', () => {
  const columns = `count(*) AS episodes, count(*) FILTER (WHERE outcome = 'agreed') AS agreed,
    avg(CASE outcome WHEN 'agreed' THEN 1.0 WHEN 'deadlocked' THEN 0.0 END) AS rate,
    avg(rounds) FILTER (WHERE outcome = 'agreed') AS rounds, avg(ca_score) AS ca`;
  const of = (value: number | null) => (value === null ? '–' : [expect.closeTo(value, 9)]);

  test('of every run', () => {
    const stored = database
      .prepare(`SELECT r.name, ${columns} FROM v_episodes JOIN v_runs r USING (run_id) GROUP BY 1`)
      .all() as {
      name: string;
      episodes: number;
      agreed: number;
      rate: number | null;
      rounds: number | null;
      ca: number;
    }[];
    const rows = tableUnder('Conflict resolution');
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      const line = stored.find(({ name }) => name === row['run']) ?? expect.fail('no such run');
      expect(row).toMatchObject({
        ...{ episodes: [line.episodes], agreed: [line.agreed], 'agreement rate': of(line.rate) },
        ...{ rounds: of(line.rounds), CA: of(line.ca) },
      });
      const run = report.runs.find(({ name }) => name === line.name);
      const { agreement_interval: interval, ca_interval } = run?.overall ?? expect.fail('no run');
      expect(row['agreement rate 95 %']).toEqual(interval === null ? '–' : [interval.low, interval.high]);
      expect(row['CA 95 %']).toEqual([ca_interval?.low, ca_interval?.high]);
    }
    expect(rows.find(({ run }) => run === 'talk')?.['agreement rate']).not.toBe('–');
  });

  test.each([
    ['By tier', 'tier', 'tier'],
    ['By domain', 'domain', 'domain'],
    ['By persona pair', 'pair', 'pair_id'],
  ])('%s of a run', (title, head, column) => {
    const stored = database
      .prepare(
        `SELECT ${column} AS key, ${columns} FROM v_episodes JOIN v_runs r USING (run_id) WHERE r.name = 'later' GROUP BY 1`,
      )
      .all() as { key: string; episodes: number; rate: number; ca: number }[];
    const rows = tableUnder(title, '>Run later</h2>');
    expect(rows).toHaveLength(stored.length);
    for (const { key, episodes, rate, ca } of stored) {
      expect(rows.find((row) => row[head] === key)).toMatchObject({
        episodes: [episodes],
        'agreement rate': of(rate),
        CA: of(ca),
      });
    }
  });

  test('of survival after the first round, aspects and groups', () => {
    const one = <T>(sql: string) =>
      database.prepare(`${sql} JOIN v_runs r USING (run_id) WHERE r.name = 'talk'`).get() as T;
    const { late } = one<{ late: number }>("SELECT avg(outcome <> 'agreed' OR rounds > 1) AS late FROM v_episodes");
    expect(tableUnder('Rounds to agreement', '>Run talk</h2>')[0]).toMatchObject({
      round: [1],
      'not agreed yet': of(late),
    });
    const { vitality } = one<{ vitality: number }>('SELECT avg(vitality) AS vitality FROM v_episodes');
    expect(tableUnder('Collective Agency and its aspects', '>Run talk</h2>').at(-1)).toMatchObject({
      aspect: 'vitality',
      mean: of(vitality),
    });
    const groups = one<{ least: number; flat: number }>(
      'SELECT avg(reward_min) AS least, count(*) FILTER (WHERE reward_std = 0) AS flat FROM v_groups',
    );
    expect(tableUnder('Groups', '>Run talk</h2>')[0]).toMatchObject({
      'reward min': of(groups.least),
      'without spread': [groups.flat],
    });
  });

  test('of deliberation against solo, and of training dynamics', () => {
    const mean = (name: string) =>
      `SELECT g.scenario_key AS key, avg(ca_score) AS ca FROM v_episodes e JOIN v_groups g USING (group_id)
       JOIN v_runs r ON r.run_id = e.run_id WHERE r.name = '${name}' GROUP BY 1`;
    const { difference } = database
      .prepare(`SELECT avg(a.ca - b.ca) AS difference FROM (${mean('talk')}) a JOIN (${mean('alone')}) b USING (key)`)
      .get() as { difference: number };
    expect(tableUnder('talk (deliberation) against alone (solo)')[0]).toMatchObject({
      measure: 'overall',
      difference: of(difference),
    });
    const dynamics = tableUnder('Training dynamics');
    expect(dynamics.map(({ run, step }) => [run, step])).toEqual([
      ['talk', [100]],
      ['later', [200]],
    ]);
    expect(dynamics[0]?.['agreement rate']).toEqual([report.runs[0]?.overall.agreement_rate]);
  });

  test('and what Markdown and the plots write is the same, rounded', () => {
    const { overall } = report.runs[0] ?? expect.fail('no run');
    const [rate, ca] = [`${Math.round(100 * (overall.agreement_rate ?? 0))} %`, overall.ca_mean?.toFixed(2)];
    expect(markdown).toMatch(new RegExp(`\\| talk \\| 27 \\| 9 .*\\| ${rate} \\|.*\\| ${ca} \\|`));
    const plot = /<svg[\s\S]*?<\/svg>/.exec(html.slice(html.indexOf('>Conflict resolution</h2>')))?.[0];
    expect(plot).toContain(`>${rate}</text>`);
    expect(plot).toContain(`>${ca}</text>`);
  });
});

describe('the page', () => {
  test('needs nothing but itself: no script, nothing to fetch, and a policy that forbids both', () => {
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|<link|<img|<iframe|@import|url\(|https?:/i);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('has light, dark and print colours, and every plot its name and its data as a table', () => {
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('@media print');
    const plots = [...html.matchAll(/<svg[^>]*role="img" aria-label="[^"]+"/g)].length;
    expect(plots).toBeGreaterThan(12);
    expect([...html.matchAll(/<\/svg><\/div>\n<details>/g)]).toHaveLength(plots);
  });

  test('has no number that is none, and every tag closed', () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined|null/);
    for (const tag of ['svg', 'table', 'tr', 'td', 'th', 'section', 'details', 'data', 'text', 'div']) {
      const [opened, closed] = [new RegExp(`<${tag}[ >]`, 'g'), new RegExp(`</${tag}>`, 'g')];
      expect([...html.matchAll(opened)].length, tag).toBe([...html.matchAll(closed)].length);
    }
  });

  test('draws intervals where there are any, and no line that leaves its drawing', () => {
    expect(html).toContain('class="whisker"');
    for (const [drawing, width, height] of html.matchAll(/<svg viewBox="0 0 (\d+) (\d+)"[\s\S]*?<\/svg>/g)) {
      for (const [, name, value] of drawing.matchAll(/ (x1|x2|cx|y1|y2|cy)="([^"]*)"/g)) {
        const most = Number(name?.includes('x') ? width : height);
        expect(Number(value)).toSatisfy((place: number) => place >= 0 && place <= most);
      }
    }
  });
});

describe('text from models, files and names is shown, never interpreted', () => {
  const payloads = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    `' onmouseover='alert(1)`,
    '</style><svg onload=alert(1)>',
    '</title><script>alert(1)</script>',
    '&lt;script&gt;',
    '\u202egpj.exe\u0000\u001b[31m',
    '| a | b |\n# head\n[x](javascript:alert(1)) ![y](http://evil.example/z) `code` **bold** <b>',
    '@everyone https://evil.example www.evil.example',
  ];

  test.each(payloads)('%j in every field', (payload) => {
    const [run] = report.runs;
    if (run === undefined) expect.fail('no run');
    const hostile: Report = {
      ...report,
      notes: [payload],
      runs: [
        {
          ...run,
          ...{ name: payload, policy: payload, notice: payload },
          domains: run.domains.map((line) => ({ ...line, domain: payload })),
          pairs: run.pairs.map((line) => ({ ...line, pair: payload })),
          failures: [{ code: payload, episodes: 1 }],
          usage: run.usage.map((line) => ({ ...line, model: payload })),
        },
      ],
      comparisons: report.comparisons.map((line) => ({ ...line, deliberation: payload, solo: payload })),
      dynamics: report.dynamics.map((point) => ({ ...point, name: payload })),
    };
    const page = renderHtml(hostile, payload);
    const tags = (text: string) => [...text.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag);
    // Not one tag or attribute more than the same report with harmless words in it.
    const harmless = renderHtml(
      JSON.parse(JSON.stringify(hostile).replaceAll(JSON.stringify(payload).slice(1, -1), 'word')),
      'word',
    );
    expect(tags(page)).toEqual(tags(harmless));
    const attributes = (text: string) => [...text.matchAll(/<[a-z0-9]+((?: [a-zA-Z-]+="[^"]*")*)\/?>/gi)].length;
    expect(attributes(page)).toBe(attributes(harmless));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(page).not.toMatch(/[\u0000\u001b\u202e]/);

    const text = renderMarkdown(hostile);
    expect(text).not.toMatch(/<(script|img|svg|b)\b|(?<!\\)`|(?<!\\)\[|:\/\/|@everyone|www\./i);
    const bars = (line: string) => [...line.matchAll(/(?<!\\)\|/g)].length;
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      if (/^\| (---|:?-)/.test(line)) expect(bars(lines[index + 1] ?? '')).toBe(bars(line));
    }
  });
});
