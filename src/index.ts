/** The library: everything another program may rely on. */
export type { ChatModel, ChatRequest, Message } from './chat/index.js';
export {
  createBudget,
  createOpenAIModel,
  createRehearsalModel,
  createTransport,
  startMockServer,
  withRetries,
} from './chat/index.js';
export { deliberationMachine } from './deliberation/index.js';
export type {
  Call,
  Dilemma,
  EpisodeResult,
  Journal,
  PersonaPair,
  Reply,
  RunConfig,
  RunConfigInput,
  Scenario,
  Turn,
  Verdict,
} from './domain/index.js';
export { resolveConfig, runConfigSchema } from './domain/index.js';
export { EntenteError } from './errors.js';
export { exportRows, type Row } from './export/index.js';
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
export { assembleRows } from './trajectory/index.js';
