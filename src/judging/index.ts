export { type AgreementMaterial, createAgreementJudge } from './agreement.js';
export { type AgencyMaterial, agencyOf, createAgencyScorer } from './collective-agency.js';
export { createRuleJudge, type Judge, type JudgeCall, type Judged, judgingPrompts } from './judge.js';
