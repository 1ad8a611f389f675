export * from './statistics/index.js';
export {
  type Figures,
  type GroupFigures,
  type OutcomeLine,
  type StakeholderFigures,
  type Summary,
  summarise,
} from './summary.js';
