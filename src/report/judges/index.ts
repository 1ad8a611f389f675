export * from './cross-judge.js';
