/** Where the library is thin: the cell of tier, domain, tension, setting and stage that a new dilemma should fill. */
import { type Dilemma, type Random, type Tier, tiers } from '../domain/index.js';

export interface Cell {
  tier: Tier;
  domain: string;
  /** The value tension at stake, as a tag. */
  tension: string;
  setting: string;
  stage: string;
}

/** What the user fixed of a cell. */
export interface CellFilter {
  tier?: Tier;
  domain?: string;
  setting?: string;
}

export interface CellPlanner {
  /** The least covered cell that fits; it counts as covered from then on. */
  next(): Cell;
}

/** Chance decides among equally covered choices only. */
export function planCells(
  library: readonly Dilemma[],
  tensions: readonly string[],
  filter: CellFilter,
  random: Random,
): CellPlanner {
  const covered: Cell[] = library.map(({ tier, domain, tags, setting, stage }) => ({
    tier,
    domain,
    tension: tags[0] ?? '',
    setting: setting ?? '',
    stage: stage ?? '',
  }));
  const known = <K extends keyof Cell>(key: K, fits: (cell: Cell) => boolean = () => true) =>
    [...new Set(covered.filter(fits).map((cell) => cell[key]))].filter((value) => value !== '');
  const settings = known('setting');
  const stages = known('stage');

  /** The choice that occurs least among the cells, at random where several do. */
  function leastCovered<K extends keyof Cell>(
    key: K,
    choices: readonly Cell[K][],
    among: (cell: Cell) => boolean,
  ): Cell[K] | undefined {
    const counts = choices.map((choice) => covered.filter((cell) => cell[key] === choice && among(cell)).length);
    const least = Math.min(...counts);
    const rarest = choices.filter((_, index) => counts[index] === least);
    return rarest[Math.floor(random() * rarest.length)];
  }

  return {
    next: () => {
      const tier = filter.tier ?? leastCovered('tier', tiersOf(filter, covered), () => true) ?? 'everyday';
      const inTier = (cell: Cell) => cell.tier === tier;
      const domain = filter.domain ?? leastCovered('domain', known('domain', inTier), inTier) ?? 'everyday-life';
      const inDomain = (cell: Cell) => inTier(cell) && cell.domain === domain;
      const cell: Cell = {
        tier,
        domain,
        tension: leastCovered('tension', tensions, inDomain) ?? 'self-all',
        setting: filter.setting ?? leastCovered('setting', settings, () => true) ?? 'Anywhere',
        stage: leastCovered('stage', stages, inTier) ?? 'adulthood',
      };
      covered.push(cell);
      return cell;
    },
  };
}

/** A domain that exists in one tier only decides the tier. */
function tiersOf({ domain }: CellFilter, covered: readonly Cell[]): readonly Tier[] {
  const having = tiers.filter((tier) => covered.some((cell) => cell.tier === tier && cell.domain === domain));
  return having.length > 0 ? having : tiers;
}
