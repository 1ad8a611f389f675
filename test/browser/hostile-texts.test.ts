import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatModel } from '../../src/chat/index.js';
import { resolveConfig, type Scenario, seededRandom } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';
import { createRun, playRun, tableFor } from '../../src/run/index.js';
import { makeScenario } from '../../src/scenarios/index.js';
import { openStore } from '../../src/store/index.js';
import { episodePage } from '../../src/viewer/index.js';
import { replyOf, roleOf } from '../support/scripted-model.js';
import { read } from '../support/viewer.js';
import { launchChromium, openContext, visit } from './support/browser.js';
import { payloads } from './support/payloads.js';
import { type Shown, show } from './support/runs.js';

let browser: Browser;
let shown: Shown;

/** Past the schemas of data files: a database may come from anywhere. */
function hostileScenario(payload: string): Scenario {
  const persona = { name: payload, stance: payload };
  const dilemma = {
    id: payload,
    split: 'train',
    tier: 'everyday',
    domain: payload,
    setting: payload,
    stage: payload,
    tags: [payload],
    text: payload,
  } as const;
  const pair = { id: payload, split: 'train', tension: payload, tags: [payload], a: persona, b: persona } as const;
  return makeScenario({ ...dilemma, tags: [payload] }, { ...pair, tags: [payload] });
}

/** Says the payload wherever it is asked anything; judges answer well the first time, or never. */
function hostileModel(payload: string, episode: () => number): ChatModel {
  return {
    name: payload,
    baseUrl: null,
    async complete(request) {
      const role = roleOf(request);
      if (role === 'Agreement judge') {
        if (episode() % 3 === 1) throw new EntenteError('refused', payload);
        return replyOf(JSON.stringify({ agreed: true, reason: payload }));
      }
      if (role === 'Collective Agency scorer') {
        const scores = { knowledge: 1, benevolence: 2, power: 3, vitality: 4, overall: 3 };
        return replyOf(episode() % 3 === 2 ? payload : JSON.stringify({ ...scores, rationale: payload }));
      }
      const failedAttempts = [{ code: 'timeout', message: payload, ms: 5 }];
      return { ...replyOf(payload), finishReason: payload, failedAttempts: failedAttempts as never };
    },
  };
}

/** One run whose every group is about one payload; run by run, since a model has one name. */
async function fill(path: string): Promise<void> {
  const store = openStore(path, { mode: 'write' });
  for (const [index, payload] of payloads.entries()) {
    const { config } = resolveConfig({ groups: 1, group_size: 3, concurrency: 1, max_rounds: 2 });
    const hostile = {
      ...config,
      policy_version: payload,
      roles: { ...config.roles, policy: { ...config.roles.policy, model: payload } },
    };
    const run = createRun(store, hostile, payload, [hostileScenario(payload)], {
      random: seededRandom(index + 1),
      now: () => new Date(index),
    });
    let begun = -1;
    const model = hostileModel(payload, () => begun);
    const observer = { episodeStarted: () => void begun++ };
    await playRun({
      store,
      run,
      table: tableFor(hostile, { policy: model, opponent: model, judge: model, scorer: model }),
      observer,
    });
  }
  store.close();
}

beforeAll(async () => {
  shown = await show(fill);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await shown?.close();
});

/** Every address that shows anything of a run. */
async function placesOf(runId: string): Promise<string[]> {
  const { episodes } = await read<{ episodes: { episode_id: string; group_id: string }[] }>(
    shown.viewer,
    `/api/episodes?run=${runId}`,
  );
  expect(episodes).toHaveLength(3);
  return [
    `#/runs/${runId}`,
    `#/runs/${runId}/episodes`,
    `#/runs/${runId}/judges`,
    `#/groups/${episodes[0]?.group_id}`,
    ...episodes.map(({ episode_id }) => `#/episodes/${episode_id}`),
  ];
}

test('there are 50 of them, all different', () => expect(new Set(payloads).size).toBe(50));

// Without the policy that would stop a script anyhow: the texts themselves must never become one.
test('nothing that a model, a dilemma or a persona says is ever run, on any page', async () => {
  const { context } = await openContext(browser, { bypassCSP: true });
  const hits: unknown[] = [];
  await context.exposeFunction('xss', (from: unknown) => void hits.push(from));
  context.on('dialog', (dialog) => {
    hits.push(dialog.message());
    void dialog.dismiss();
  });
  const page = await context.newPage();
  page.on('request', (request) => {
    if (!request.url().startsWith(shown.viewer.url) && !/^(about|data):/.test(request.url())) hits.push(request.url());
  });
  await page.goto('about:blank');
  await page.evaluate("xss('the trap works')");
  expect(hits.splice(0)).toEqual(['the trap works']);

  const { runs } = await read<{ runs: { run_id: string }[] }>(shown.viewer, '/api/runs');
  expect(runs).toHaveLength(50);
  await visit(page, shown.viewer.url, '#/');
  await visit(
    page,
    shown.viewer.url,
    `#/compare/${runs
      .slice(0, 2)
      .map(({ run_id }) => run_id)
      .join('/')}`,
  );
  for (const [index, { run_id }] of runs.entries()) {
    const places = await placesOf(run_id);
    // All pages for every fifth payload, an episode and its group for each.
    for (const place of index % 5 === 0 ? places : places.slice(3, 5)) {
      await visit(page, shown.viewer.url, place);
      expect([place, hits]).toEqual([place, []]);
      expect(await page.locator('main').innerText()).toContain(
        String(payloads[49 - index])
          .trim()
          .slice(0, 8),
      );
    }
  }
  await context.close();
}, 600_000);

test('nor in the page of a single episode', async () => {
  const store = openStore(shown.path, { mode: 'read' });
  const { context } = await openContext(browser, { bypassCSP: true });
  const hits: unknown[] = [];
  await context.exposeFunction('xss', (from: unknown) => void hits.push(from));
  const page = await context.newPage();
  page.on('request', (request) => void (/^https?:/.test(request.url()) && hits.push(request.url())));
  for (const run of store.runs()) {
    for (const { episode_id } of store.episodes(run.runId)) {
      await page.setContent(await episodePage(store, run, episode_id));
      const inside = await page.evaluate(
        "document.querySelectorAll('script, iframe, img, svg, object, embed, form, [onerror], [onload]').length",
      );
      expect([run.name, inside, hits]).toEqual([run.name, 0, []]);
    }
  }
  await context.close();
  store.close();
}, 120_000);
