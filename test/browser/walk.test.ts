import Database from 'better-sqlite3';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Row, waivable } from '../../src/export/index.js';
import { openStore } from '../../src/store/index.js';
import { exportedAs } from '../support/exports.js';
import { playStored } from '../support/played-runs.js';
import { launchChromium, openContext, sizes, visit } from './support/browser.js';
import { playTwoRuns, type Shown, show } from './support/runs.js';

let browser: Browser;
let shown: Shown;
let database: Database.Database;

beforeAll(async () => {
  shown = await show(playTwoRuns);
  database = new Database(shown.path, { readonly: true });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  database?.close();
  await shown?.close();
});

const one = (sql: string, ...values: unknown[]) =>
  database
    .prepare(sql)
    .pluck()
    .get(...values);
const number = (sql: string, ...values: unknown[]) => Number(one(sql, ...values));
const runId = (name = 'first-light') => String(one('SELECT run_id FROM v_runs WHERE name = ?', name));
const ofRun = "FROM v_episodes WHERE run_id = (SELECT run_id FROM v_runs WHERE name = 'first-light')";
const longest = () =>
  String(one(`SELECT episode_id ${ofRun} AND outcome = 'agreed' ORDER BY rounds DESC, episode_id LIMIT 1`));

async function open(place: string): Promise<Page> {
  const { context, complaints } = await openContext(browser);
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  const page = await context.newPage();
  await visit(page, shown.viewer.url, place);
  return page;
}

const hashOf = (page: Page) => decodeURIComponent(new URL(page.url()).hash);
const heading = (page: Page) => page.locator('main h1').first();
const hasHeading = (page: Page, text: string | RegExp) => heading(page).filter({ hasText: text }).waitFor();
/** Of "1 234 episodes": digits and what separates thousands. */
const firstNumber = async (place: Locator) =>
  Number((await place.innerText()).match(/[\d\u202f]+/)?.[0].replace(/\u202f/g, ''));
const tally = (page: Page) => page.locator('.tally strong');
const rowsShown = (page: Page) => page.locator('[role="grid"] .body [role="row"]');

const learned = (mask: readonly number[]) => mask.reduce((sum, bit) => sum + bit, 0);

async function exportedRows(): Promise<Row[]> {
  const store = openStore(shown.path, { mode: 'read' });
  onTestFinished(() => store.close());
  const run = store.runs().find(({ name }) => name === 'first-light');
  if (run === undefined) throw new Error('the run is missing');
  const options = { seat: 'A', truncated: 'keep', allow: [...waivable] } as const;
  const { records } = await exportedAs({ path: shown.path, store, run }, `${shown.path}.jsonl`, { options });
  return records;
}

describe('every page is reached', () => {
  test('by clicks, from the list of runs down to a call and up again', async () => {
    const page = await open('#/');
    await page.getByRole('link', { name: 'first-light', exact: true }).click();
    await hasHeading(page, 'first-light');
    await page.getByRole('link', { name: 'Judges' }).click();
    await hasHeading(page, 'Judges of first-light');
    await page.getByRole('navigation', { name: 'Path' }).getByRole('link', { name: 'first-light' }).click();
    await page.getByRole('link', { name: /^\d+ episodes$/ }).click();
    await hasHeading(page, 'Episodes of first-light');
    await rowsShown(page).first().click();
    await hasHeading(page, 'first-light/1');
    await page.getByRole('link', { name: 'prompt and reply' }).first().click();
    await page.getByRole('dialog').getByRole('heading', { name: 'A speaks, round 1' }).waitFor();
    await page.getByRole('dialog').getByText('You negotiate with one other person').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('link', { name: 'Its group' }).click();
    await page.getByRole('heading', { name: /episodes on one axis/ }).waitFor();
    await page.getByRole('link', { name: 'entente' }).click();
    await page.getByLabel('Compare first-light').check();
    await page.getByLabel('Compare second-wind').check();
    await page.getByRole('link', { name: 'Compare 2 runs' }).click();
    await hasHeading(page, 'first-light and second-wind');
  });

  test('by keys alone', async () => {
    const page = await open('#/');
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press('j', 'j', 'Enter');
    await hasHeading(page, 'first-light');
    await press('/');
    await hasHeading(page, 'Episodes of first-light');
    await page.keyboard.type('plan');
    await page.waitForURL(/text=plan/);
    await press('Escape', 'j', 'j', 'Enter');
    await hasHeading(page, /first-light\/\d+/);
    await press('t');
    await page.getByRole('heading', { name: 'Tokens', exact: true }).waitFor();
    await press('t', 'u');
    await page.getByRole('heading', { name: /episodes on one axis/ }).waitFor();
    const before = await page.locator('.eyebrow').innerText();
    await press(before.startsWith('Group 1 ') ? ']' : '[');
    await page.locator('.eyebrow').filter({ hasNotText: before }).waitFor();
    await press('u');
    await hasHeading(page, 'first-light');
    await press('g');
    await hasHeading(page, 'Runs');
    await page.getByLabel('Compare first-light').waitFor();
    await press('j', 'x', 'j', 'x', 'c');
    await hasHeading(page, 'second-wind and first-light');
    await press('?');
    await page.getByRole('dialog').getByRole('heading', { name: 'Keys' }).waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });
});

describe('the figures are those of the database', () => {
  test('of a run', async () => {
    const page = await open(`#/runs/${runId()}`);
    const agreed = number(`SELECT count(*) ${ofRun} AND outcome = 'agreed'`);
    const settled = number(`SELECT count(*) ${ofRun} AND outcome IS NOT NULL`);
    const figure = (name: string) =>
      page.locator('.figures > div').filter({ has: page.locator(`dt:text-is("${name}")`) });
    expect(await figure('agreed').innerText()).toContain(`${agreed} of ${settled}`);
    expect(await figure('agreed').locator('dd').first().innerText()).toBe(`${Math.round((100 * agreed) / settled)} %`);
    const mean = number(`SELECT avg(rounds) ${ofRun} AND outcome = 'agreed'`);
    expect(await figure('rounds to agreement').locator('dd').first().innerText()).toBe(mean.toFixed(1));
    const ca = number(`SELECT avg(ca_score) ${ofRun}`);
    expect(await figure('Collective Agency').locator('dd').first().innerText()).toMatch(
      new RegExp(`^${ca.toFixed(1)}`),
    );
  });

  test('every bar of the run leads to as many episodes as it says', async () => {
    const page = await open(`#/runs/${runId()}`);
    const bars = page.locator('a.col, .stack a, .causes a');
    const count = await bars.count();
    expect(count).toBeGreaterThan(20);
    const links = await bars.evaluateAll((all) =>
      all.map((bar) => ({ href: bar.getAttribute('href') ?? '', text: bar.textContent ?? '' })),
    );
    for (const { href, text } of links) {
      const said = Number(text.match(/(\d+)\s*$/)?.[1]);
      await visit(page, shown.viewer.url, href);
      await tally(page).filter({ hasText: /\d/ }).waitFor();
      expect({ href, found: await firstNumber(tally(page)) }).toEqual({ href, found: said });
    }
  });

  test('of a filtered and sorted list', async () => {
    const page = await open(`#/runs/${runId()}/episodes?outcome=agreed&sort=reward&order=desc`);
    await rowsShown(page).first().waitFor();
    expect(await firstNumber(tally(page))).toBe(number(`SELECT count(*) ${ofRun} AND outcome = 'agreed'`));
    const best = one(`SELECT printf('%.2f', max(reward)) ${ofRun}`);
    expect(await rowsShown(page).first().getByRole('gridcell').nth(11).innerText()).toBe(best);
  });

  test('the token view covers the tokens that the export puts loss on', async () => {
    const episode = longest();
    const rows = (await exportedRows()).filter((row) => row.episode_id === episode);
    expect(rows.length).toBeGreaterThan(1);
    const page = await open(`#/episodes/${episode}?view=tokens`);
    const under = rows.reduce((sum, { loss_mask }) => sum + learned(loss_mask), 0);
    expect(await firstNumber(page.locator('.token-view p.soft strong').first())).toBe(under);
    const headers = await page.locator('.token-row h3 .soft').allInnerTexts();
    expect(headers.map((text) => text.replace(/\u202f/g, ''))).toEqual(
      rows.map(({ input_ids, loss_mask }) => `${input_ids.length} tokens, ${learned(loss_mask)} under loss`),
    );
  });
});

describe('the address', () => {
  test('holds every filter, survives a reload, and the back button undoes it', async () => {
    const page = await open(`#/runs/${runId()}/episodes`);
    await rowsShown(page).first().waitFor();
    await page.getByLabel('Outcome').selectOption('deadlocked');
    await page.waitForURL(/outcome=deadlocked/);
    await page.getByLabel('Rounds, least').fill('2');
    await page.waitForURL(/rounds_min=2/);
    await page.getByRole('button', { name: 'Reward' }).click();
    await page.waitForURL(/sort=reward/);
    const found = number(`SELECT count(*) ${ofRun} AND outcome = 'deadlocked' AND rounds >= 2`);
    await page.reload();
    await tally(page).filter({ hasText: /\d/ }).waitFor();
    expect(await firstNumber(tally(page))).toBe(found);
    expect(await page.getByLabel('Outcome').inputValue()).toBe('deadlocked');
    expect(await page.getByLabel('Rounds, least').inputValue()).toBe('2');
    await page.goBack();
    expect(hashOf(page)).not.toContain('sort=');
    await page.goBack();
    await tally(page)
      .filter({ hasText: String(number(`SELECT count(*) ${ofRun}`)) })
      .waitFor();
    expect(await page.getByLabel('Outcome').inputValue()).toBe('');
  });

  test('brings a reader back to the same row', async () => {
    const page = await open(`#/runs/${runId()}/episodes`);
    await rowsShown(page).first().waitFor();
    for (let step = 0; step < 30; step += 1) await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await hasHeading(page, 'first-light/30');
    await page.goBack();
    const current = page.locator('[role="row"][aria-selected="true"]');
    await current.filter({ hasText: '30' }).waitFor();
    expect(await current.isVisible()).toBe(true);
  });
});

describe('the film of an episode', () => {
  test('steps, jumps to verdicts, lights up the machine, and keeps its step in the address', async () => {
    const page = await open(`#/episodes/${longest()}?at=0`);
    const lit = page.locator('.diagram .node.lit');
    expect(await lit.count()).toBe(0);
    expect(await page.locator('#turn-0 .read').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Step' }).click();
    expect(await lit.textContent()).toBe('A speaks');
    expect(await page.locator('#turn-0 .read').isVisible()).toBe(true);
    expect(await page.locator('#turn-1 .read').isVisible()).toBe(false);
    await page.keyboard.press('.');
    expect(await lit.textContent()).toBe('B speaks');
    await page.keyboard.press('v');
    expect(await lit.textContent()).toBe('judging');
    await page.waitForURL(/at=3/);
    await page.reload();
    expect(await lit.textContent()).toBe('judging');
    await page.getByLabel('Position in the episode').press('End');
    expect(await lit.textContent()).toBe('agreed');
    await page.waitForURL((url) => !url.hash.includes('at='));
  });

  test('plays to its end by itself', async () => {
    const page = await open(`#/episodes/${longest()}`);
    await page.getByLabel('Speed').selectOption('16');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.locator('.diagram .node.agreed.lit').waitFor();
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  });

  test('the arrow keys step through the group', async () => {
    const group = String(one('SELECT group_id FROM v_episodes WHERE episode_id = ?', longest()));
    const [first, second] = database
      .prepare('SELECT episode_id FROM v_episodes WHERE group_id = ? ORDER BY sample_index')
      .pluck()
      .all(group);
    const page = await open(`#/episodes/${first}`);
    await page.keyboard.press('ArrowRight');
    await page.waitForURL((url) => url.hash === `#/episodes/${second}`);
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL((url) => url.hash === `#/episodes/${first}`);
  });
});

test('the theme is chosen and kept', async () => {
  const page = await open('#/');
  const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  const light = await paper();
  await page.getByLabel('Theme').selectOption('dark');
  const dark = await paper();
  expect(dark).not.toBe(light);
  await page.reload();
  await heading(page).waitFor();
  expect(await paper()).toBe(dark);
});

test('no page is wider than a phone of 360 px', async () => {
  const group = one('SELECT group_id FROM v_episodes WHERE episode_id = ?', longest());
  const places = [
    '#/',
    `#/runs/${runId()}`,
    `#/runs/${runId()}/episodes`,
    `#/runs/${runId()}/judges`,
    `#/groups/${group}`,
  ];
  places.push(
    `#/episodes/${longest()}`,
    `#/episodes/${longest()}?view=tokens`,
    `#/compare/${runId()}/${runId('second-wind')}`,
  );
  const page = await open('#/');
  await page.setViewportSize({ ...sizes.phone, width: 360 });
  for (const place of places) {
    await visit(page, shown.viewer.url, place);
    const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect({ place, isWider: Number(wider) > 0 }).toEqual({ place, isWider: false });
  }
});

test('a run that begins elsewhere appears, and its figures follow, without a reload', async () => {
  const page = await open('#/');
  await page.locator('.live.on').waitFor();
  const { store } = await playStored(shown.path, { name: 'third-tide', groups: 2, group_size: 2 }, {}, 9);
  onTestFinished(() => store.close());
  await page.getByRole('link', { name: 'third-tide' }).waitFor({ timeout: 5000 });
  const row = page.getByRole('row').filter({ hasText: 'third-tide' });
  await row.getByText('4 episodes').waitFor({ timeout: 5000 });
  await row.getByText('finished').waitFor({ timeout: 5000 });
});
