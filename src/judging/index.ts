export { type AgreementMaterial, createAgreementJudge } from './agreement.js';
export { type Audit, type AuditQuestion, connectAudits } from './audit/connect.js';
export { auditVersion } from './audit/items.js';
export { type AgencyMaterial, agencyOf, createAgencyScorer } from './collective-agency.js';
export { connectAgreementPanel, connectScorers, type PanelModels, type Scorers } from './connect.js';
export { type Grade, type Graders, gradeCompletion, type Subject } from './grade.js';
export { createRuleJudge, type Judge, type JudgeCall, type Judged } from './judge.js';
export { createPairwiseJudge, type PairwiseMaterial, pairwisePrompts } from './pairwise.js';
export {
  type Asking,
  askingAfresh,
  askPanel,
  type Grader,
  type Keep,
  type Panel,
  type PanelVerdict,
  panelOf,
  reduceVerdict,
} from './panel.js';
export { judgingPrompts } from './prompts.js';
export type { UtilityMaterial } from './utility.js';
export {
  type KeepWeightCall,
  type StakeholderWeights,
  type Weigher,
  type WeightAsking,
  type WeightCall,
  weightQueryOf,
  weightsAtSeats,
} from './weights.js';
