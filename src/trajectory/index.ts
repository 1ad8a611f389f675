export { assembleRows, type SampledTurn, type TrainingSequence } from './rows.js';
