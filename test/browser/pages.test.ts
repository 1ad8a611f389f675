import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, openContext, type Size, sizes, type Theme, themes, visit } from './support/browser.js';
import { playTwoRuns, type Shown, show } from './support/runs.js';

const screenshots = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The pictures are kept with the sources, all together in 1.5 MB. */
const small = { deviceScaleFactor: 0.55 };

let browser: Browser;
let shown: Shown;
let database: Database.Database;

beforeAll(async () => {
  shown = await show(playTwoRuns);
  database = new Database(shown.path, { readonly: true });
  browser = await launchChromium();
  mkdirSync(screenshots, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  database?.close();
  await shown?.close();
});

const one = (sql: string) => database.prepare(sql).pluck().get();
const run = () => String(one("SELECT run_id FROM v_runs WHERE name = 'first-light'"));
const longest = () =>
  String(
    one(
      "SELECT episode_id FROM v_episodes WHERE outcome = 'agreed' AND run_id = (SELECT run_id FROM v_runs WHERE name = 'first-light') ORDER BY rounds DESC LIMIT 1",
    ),
  );

/** Every page by the name of its picture. */
const pages: Readonly<Record<string, () => string>> = {
  runs: () => '#/',
  run: () => `#/runs/${run()}`,
  episodes: () => `#/runs/${run()}/episodes`,
  judges: () => `#/runs/${run()}/judges`,
  group: () => `#/groups/${one(`SELECT group_id FROM v_episodes WHERE episode_id = '${longest()}'`)}`,
  episode: () => `#/episodes/${longest()}`,
  tokens: () => `#/episodes/${longest()}?view=tokens`,
  compare: () => `#/compare/${run()}/${one("SELECT run_id FROM v_runs WHERE name = 'second-wind'")}`,
};

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

async function seriousFindings(page: Page): Promise<string[]> {
  // The page's policy lets in no script from outside the server; the test puts it in past the policy.
  await page.evaluate(axeSource);
  const violations = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html.slice(0, 160))
          .slice(0, 3)
          .join(' | ')}`,
    );
}

/** What stands on a page, as a reader would copy it; `whole`: with turns below the fold, which are not laid out yet. */
async function textOf(place: string, whole = false): Promise<string> {
  const { context } = await openContext(browser);
  const page = await context.newPage();
  await visit(page, shown.viewer.url, place);
  const main = page.locator('main');
  const text = whole ? ((await main.textContent()) ?? '') : await main.innerText();
  await context.close();
  return text.replace(/\s+/g, ' ');
}

describe('the numbers shown are those of the database', () => {
  test('of runs', async () => {
    const text = await textOf('#/');
    for (const name of ['first-light', 'second-wind']) expect(text).toContain(name);
    const [agreed, settled] = ['agreed', "agreed', 'deadlocked"].map((outcomes) =>
      Number(one(`SELECT count(*) FROM v_episodes WHERE run_id = '${run()}' AND outcome IN ('${outcomes}')`)),
    );
    expect(text).toContain(`${Math.round((100 * (agreed ?? 0)) / (settled ?? 1))}`);
    expect(text).toContain(Number(one(`SELECT avg(ca_score) FROM v_episodes WHERE run_id = '${run()}'`)).toFixed(1));
  });

  test('of one run', async () => {
    const text = await textOf(`#/runs/${run()}`);
    for (const failure of database
      .prepare('SELECT DISTINCT failure FROM v_episodes WHERE run_id = ? AND failure IS NOT NULL')
      .pluck()
      .all(run()))
      expect(text.replaceAll('_', ' ')).toContain(String(failure).replaceAll('_', ' '));
    expect(text).toContain(
      String(one(`SELECT count(*) FROM v_episodes WHERE run_id = '${run()}' AND outcome = 'agreed'`)),
    );
  });

  test('of the episodes, filtered', async () => {
    for (const outcome of ['agreed', 'deadlocked']) {
      const count = one(`SELECT count(*) FROM v_episodes WHERE run_id = '${run()}' AND outcome = '${outcome}'`);
      expect(await textOf(`#/runs/${run()}/episodes?outcome=${outcome}`)).toMatch(new RegExp(`\\b${count} `));
    }
  });

  test('of an episode: every word of it, every verdict, its scores', async () => {
    const text = await textOf(pages['episode']?.() ?? '', true);
    const said = database
      .prepare(
        "SELECT content FROM calls JOIN episodes USING (episode) WHERE episode_id = ? AND kind IN ('speak', 'completion')",
      )
      .pluck()
      .all(longest());
    expect(said.length).toBeGreaterThan(4);
    for (const content of said) expect(text).toContain(String(content).replace(/\s+/g, ' ').trim());
    for (const detail of database
      .prepare('SELECT detail_json FROM v_verdicts WHERE episode_id = ? AND detail_json IS NOT NULL')
      .pluck()
      .all(longest())) {
      const { reason, rationale } = JSON.parse(String(detail));
      expect(text).toContain(reason ?? rationale);
    }
    expect(text).toContain(Number(one(`SELECT ca_score FROM v_episodes WHERE episode_id = '${longest()}'`)).toFixed(1));
  });
});

describe.each(themes)('in the %s theme', (theme: Theme) => {
  describe.each(Object.keys(sizes) as Size[])('on a %s screen', (size) => {
    test.each(Object.keys(pages))('the page %s is shown, accessible, and silent', async (name) => {
      const { context, complaints } = await openContext(browser, {
        viewport: sizes[size],
        colorScheme: theme,
        ...small,
      });
      const page = await context.newPage();
      await visit(page, shown.viewer.url, pages[name]?.() ?? '');
      await page.screenshot({ path: join(screenshots, `${name}-${size}-${theme}.png`) });
      const { scrollWidth, clientWidth } = (await page.evaluate(
        '({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })',
      )) as { scrollWidth: number; clientWidth: number };
      const findings = await seriousFindings(page);
      await context.close();
      expect({ complaints, findings }).toEqual({ complaints: [], findings: [] });
      expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    });
  });
});
