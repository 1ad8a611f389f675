export { type Budget, costOf, createBudget, type Price, type Spending } from './budget.js';
export {
  type Connections,
  connectModels,
  connectRoles,
  type ModelConnections,
  modelsOfRoles,
} from './connect.js';
export { type MockOptions, type MockServer, startMockServer } from './mock.js';
export type { ChatModel, ChatReply, ChatRequest, Message, TokenChoice } from './model.js';
export { createOpenAIModel } from './openai.js';
export { type EndpointReport, probeEndpoint } from './probe.js';
export { fillPrompt, materialMessage, type Prompt, readPrompt } from './prompt.js';
export { createRehearsalModel, rehearsalName, rehearsalPieces } from './rehearsal/index.js';
export { withRetries } from './retry.js';
export { type Environment, keyForRole, type ModelSpec, parseModelSpec } from './spec.js';
export { createTransport } from './transport.js';
