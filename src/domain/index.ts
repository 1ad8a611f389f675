export * from './call.js';
export * from './config.js';
export * from './decoding.js';
export * from './episode.js';
export * from './eval-config.js';
export * from './grading.js';
export * from './preference.js';
export {
  everyRole,
  type JudgeRole,
  judgesOf,
  type PanelRole,
  type Reduction,
  type Role,
  type RoleName,
  type Roles,
  reductions,
  roleNames,
} from './role.js';
export * from './sampling.js';
export * from './scenario.js';
export * from './seat.js';
export * from './seed.js';
