export { createDilemmaGenerator } from './dilemmas.js';
export { type Generator, generateRecords, type Yield } from './generate.js';
export { createPairGenerator } from './pairs.js';
