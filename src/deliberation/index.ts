export {
  type CompletionInput,
  type DeliberationInput,
  deliberationMachine,
  type JudgeInput,
  type Scored,
  type ScoreInput,
  type SpeakInput,
} from './machine.js';
export {
  completionMessages,
  deliberationPrompts,
  soloMessages,
  speakerMessages,
  type Window,
} from './prompts.js';
