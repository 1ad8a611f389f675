export {
  type AdvantageKind,
  type AdvantageOptions,
  advantageKinds,
  advantageVersion,
  batchStd,
  defaultAdvantage,
  groupAdvantages,
  groupStatistics,
  groupsOf,
} from './advantage.js';
export { type ComponentName, componentNames, composeReward, type RewardWeights, terminalReward } from './compose.js';
export { decomposedReward, leastUtility, nashProduct } from './decomposed.js';
export { type DiagnosedEpisode, diagnoseGroups, type GroupDiagnostics, type Moments } from './diagnostics.js';
export { rewardOf } from './reward.js';
