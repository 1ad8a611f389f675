/**
 * What the viewer takes on 200,000 episodes and 4 million turns: `node bench/viewer.js [DATABASE]`. Without a database it makes
 * one first, which takes minutes and 3 GB. For each request: the answer's size, and the median and worst of 9 answers, in
 * milliseconds of this machine's clock and of its processor (the server runs in this process; nothing else is in it).
 */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { clusteredWilsonInterval } from '../dist/report/index.js';
import { openStore } from '../dist/store/index.js';
import { startViewer } from '../dist/viewer/index.js';
import { addLongEpisode, makeDatabase } from './viewer-database.js';

const path = process.argv[2] ?? 'viewer-bench.db';
const repeats = 9;
if (!existsSync(path)) {
  const began = performance.now();
  makeDatabase(path, { episodes: 200_000, turns: 20 });
  await addLongEpisode(path);
  console.log(`made ${path} in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

const store = openStore(path, { mode: 'read' });
const viewer = await startViewer({ store, port: 0, intervalOf: clusteredWilsonInterval });
const run = store.runs().find(({ name }) => name === 'bench');
const long = store.runs().find(({ name }) => name === 'long');
const [longEpisode] = store.episodes(long?.runId ?? '');
const middle = store.episodeIdAt(run?.runId ?? '', 100_000) ?? '';
const group = store.listedEpisode(middle)?.group_id;
const said = store.turns(middle)[0]?.content.split(' ');
if (longEpisode === undefined || said === undefined) throw new Error(`${path} was not made by this benchmark`);

const table = 'api/episodes?run=bench';
const requests = {
  runs: 'api/runs',
  'run overview': 'api/runs/bench',
  judges: 'api/runs/bench/judges',
  episodes: table,
  'episodes, last page': `${table}&offset=199900`,
  'by reward': `${table}&sort=reward&order=desc`,
  'by reward, in the middle': `${table}&sort=reward&order=desc&offset=100000`,
  'by power, nulls last': `${table}&sort=power&offset=199900`,
  'deadlocked, by reward': `${table}&outcome=deadlocked&sort=reward`,
  'failed, by reward': `${table}&failure=any&sort=reward`,
  'one tier': `${table}&tier=everyday`,
  'one tier, by power, last page': `${table}&tier=everyday&sort=power&offset=66000`,
  'one domain': `${table}&domain=domain-7`,
  'one pair, agreed, by CA': `${table}&pair=pair-3&outcome=agreed&sort=ca_score&order=desc`,
  'rounds 8 to 12, score from 4': `${table}&rounds_min=8&rounds_max=12&score_min=4`,
  'a word': `${table}&text=${said[3]}`,
  'a word, by reward': `${table}&text=${said[3]}&sort=reward&order=desc`,
  'a phrase': `${table}&text=${encodeURIComponent(`"${said.slice(3, 6).join(' ')}"`)}`,
  'an episode': `api/episodes/${middle}`,
  'its group': `api/groups/${group}`,
  '14 long turns': `api/episodes/${longEpisode.episode_id}`,
  '14 long turns, tokens': `api/episodes/${longEpisode.episode_id}/tokens`,
};

/** Whatever is kept for as long as the database is unchanged is forgotten by a server that has just begun. */
async function freshViewer() {
  const fresh = await startViewer({ store, port: 0, intervalOf: clusteredWilsonInterval });
  return fresh;
}

/** @param {string} url */
async function timed(url) {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const response = await fetch(url);
  const { length } = await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - wall, cpu: (user + system) / 1000, length };
}

/** @param {readonly number[]} values */
const sorted = (values) => [...values].sort((one, other) => one - other);
/** @param {readonly number[]} values @returns {number} */
const middleOf = (values) => sorted(values)[values.length >> 1] ?? Number.NaN;
/** @param {number} value @param {number} width */
const cell = (value, width) => value.toFixed(value < 10 ? 1 : 0).padStart(width);
console.log('request                              kB   ms: first  median   worst   cpu median');
for (const [name, path] of Object.entries(requests)) {
  const fresh = await freshViewer();
  const first = await timed(fresh.url + path);
  await fresh.close();
  const measured = [];
  for (let index = 0; index < repeats; index++) measured.push(await timed(viewer.url + path));
  const walls = measured.map(({ wall }) => wall);
  const cpus = measured.map(({ cpu }) => cpu);
  console.log(
    name.padEnd(32) +
      cell(first.length / 1000, 8) +
      cell(first.wall, 11) +
      cell(middleOf(walls), 8) +
      cell(Math.max(...walls), 8) +
      cell(middleOf(cpus), 13),
  );
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const places = {
  runs: '',
  'episodes of 200,000': '#/runs/bench/episodes',
  'episode of 14 long turns': `#/episodes/${longEpisode.episode_id}`,
  'its tokens': `#/episodes/${longEpisode.episode_id}?view=tokens`,
};
console.log('\npage, in chromium: ms until its main heading and rows are there, median of 5');
for (const [name, place] of Object.entries(places)) {
  const walls = [];
  for (let index = 0; index < 5; index++) {
    const page = await browser.newPage();
    const began = performance.now();
    await page.goto(viewer.url + place, { waitUntil: 'commit' });
    await page.locator('main h1').first().waitFor();
    await page.waitForFunction(`document.querySelector('[aria-busy="true"]') === null`);
    walls.push(performance.now() - began);
    await page.close();
  }
  console.log(name.padEnd(32) + cell(middleOf(walls), 8));
}
await browser.close();
await viewer.close();
store.close();
