/** The library: everything another program may rely on, in at most 40 names. */
export type { ChatModel, ChatRequest } from './chat/index.js';
export { createOpenAIModel, createRehearsalModel, createTransport, withRetries } from './chat/index.js';
export { deliberationMachine } from './deliberation/index.js';
export type {
  Call,
  Dilemma,
  EpisodeResult,
  Journal,
  PersonaPair,
  Reply,
  RunConfig,
  Scenario,
  Verdict,
} from './domain/index.js';
export { resolveConfig } from './domain/index.js';
export { EntenteError } from './errors.js';
export { defaultExportOptions, exportRun, type Row, verifyExport } from './export/index.js';
export { createAgencyScorer, createAgreementJudge, createRuleJudge, type Judge } from './judging/index.js';
export { summarise, wilsonInterval } from './report/index.js';
export { groupAdvantages } from './reward/index.js';
export {
  createMemoryJournal,
  createRun,
  playEpisode as runEpisode,
  playRun,
  scenariosFor,
  tableFor,
} from './run/index.js';
export { loadDilemmas, loadPersonaPairs, makeScenario } from './scenarios/index.js';
export { openStore, type Store } from './store/index.js';
