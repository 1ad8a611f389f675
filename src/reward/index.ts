export { type GroupStatistics, groupAdvantages, groupStatistics, groupsOf } from './advantage.js';
export { rewardOf } from './reward.js';
