export * from './audit-figures.js';
export * from './audit-verdict.js';
export * from './calibration.js';
export * from './cross-judge.js';
export * from './weighting-study.js';
