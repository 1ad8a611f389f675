import { beforeAll, describe, expect, test } from 'vitest';
import type { Dilemma, PersonaPair, Split } from '../../src/domain/index.js';
import {
  checkLibrary,
  type Placed,
  placeDilemmas,
  placePersonaPairs,
  statisticsOf,
} from '../../src/scenarios/index.js';

// `entente scenarios check` on all of it takes about 2 s on 2 cores, of which loading is three quarters; it is to stay
// under 5 s. Not asserted: a busy machine is no fault of the data.
let placedDilemmas: Placed<Dilemma>[];
let placedPairs: Placed<PersonaPair>[];
const ofSplit = (split: Split) => placedDilemmas.map(({ record }) => record).filter((one) => one.split === split);
const pairs = (split: PersonaPair['split']) => placedPairs.map(({ record }) => record).filter((p) => p.split === split);

beforeAll(() => {
  placedDilemmas = placeDilemmas([]);
  placedPairs = placePersonaPairs([]);
});

describe('the data that ships', () => {
  test('passes every check', () => {
    expect(checkLibrary(placedDilemmas, placedPairs)).toEqual([]);
  });

  test('has 1,100 training dilemmas: 400 professional, 350 interpersonal, 350 everyday', () => {
    const { dilemmas, by_tier } = statisticsOf(ofSplit('train'));
    expect(dilemmas).toBe(1100);
    expect(by_tier).toEqual({ professional: 400, interpersonal: 350, everyday: 350 });
  });

  test('spreads them over at least 36 domains and 45 settings, none of them with most of the texts', () => {
    const { by_domain, by_setting } = statisticsOf(ofSplit('train'));
    expect(Object.keys(by_domain).length).toBeGreaterThanOrEqual(36);
    expect(Object.keys(by_setting).length).toBeGreaterThanOrEqual(45);
    expect(Math.max(...Object.values(by_domain), ...Object.values(by_setting))).toBeLessThan(1100 / 20);
  });

  test('says of every dilemma where it plays and whose life it touches, over all stages in every split', () => {
    for (const { setting, stage } of placedDilemmas.map(({ record }) => record)) {
      expect(setting).not.toBeNull();
      expect(stage).not.toBeNull();
    }
    const stages = ['adulthood', 'childhood', 'midlife', 'old-age', 'whole-community', 'youth'];
    for (const split of ['train', 'eval-conflict', 'eval-open'] as const) {
      expect(Object.keys(statisticsOf(ofSplit(split)).by_stage).sort()).toEqual(stages);
    }
  });

  test('has 25 training pairs and 10 held-out pairs, each with a tension and four seat names of its own', () => {
    expect([pairs('train').length, pairs('held-out').length]).toEqual([25, 10]);
    const all = placedPairs.map(({ record }) => record);
    expect(new Set(all.map(({ tension }) => tension)).size).toBe(35);
    expect(new Set(all.flatMap(({ a, b }) => [a.name, b.name])).size).toBe(70);
  });

  test('tags training dilemmas with training tensions only, and each tension with enough dilemmas to be practised', () => {
    const tensions = new Set(pairs('train').map(({ id }) => id));
    const { by_tag } = statisticsOf(ofSplit('train'));
    expect(new Set(Object.keys(by_tag))).toEqual(tensions);
    expect(Math.min(...Object.values(by_tag))).toBeGreaterThanOrEqual(10);
  });

  test('has 100 conflict tasks in all tiers, each bound to a held-out pair or to one of its own', () => {
    const tasks = ofSplit('eval-conflict');
    expect(tasks).toHaveLength(100);
    expect(Object.keys(statisticsOf(tasks).by_tier)).toHaveLength(3);
    const heldOut = new Set(pairs('held-out').map(({ id }) => id));
    const bound = tasks.map(({ pair }) => pair).filter((pair) => typeof pair === 'string');
    const own = tasks.map(({ pair }) => pair).filter((pair) => typeof pair === 'object');
    expect(bound.length + own.length).toBe(100);
    for (const id of bound) expect(heldOut).toContain(id);
    expect(new Set(bound)).toEqual(heldOut);
    const trained = new Set(pairs('train').map(({ id }) => id));
    for (const { id } of own) expect(trained).not.toContain(id);
  });

  test('has 100 open prompts in all tiers, none of them with a pair', () => {
    const prompts = ofSplit('eval-open');
    expect(prompts).toHaveLength(100);
    expect(Object.keys(statisticsOf(prompts).by_tier)).toHaveLength(3);
    expect(prompts.filter(({ pair }) => pair !== undefined)).toEqual([]);
  });

  test('shares no domain between training and evaluation', () => {
    const trained = new Set(ofSplit('train').map(({ domain }) => domain));
    const evaluated = [...ofSplit('eval-conflict'), ...ofSplit('eval-open')].map(({ domain }) => domain);
    expect(evaluated.filter((domain) => trained.has(domain))).toEqual([]);
  });

  test('was not generated: no record has a provenance', () => {
    const records = [...placedDilemmas, ...placedPairs].map(({ record }) => record);
    expect(records.filter(({ provenance }) => provenance !== undefined)).toEqual([]);
  });
});
