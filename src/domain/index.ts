export * from './call.js';
export * from './config.js';
export * from './episode.js';
export * from './sampling.js';
export * from './scenario.js';
export * from './seat.js';
export * from './seed.js';
