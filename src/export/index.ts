export { costOfRun, diagnosedGroups } from './diagnosed.js';
export { type ExportRequest, exportRun } from './export-run.js';
export { type FormatName, formatNames } from './formats/index.js';
export type { Manifest } from './manifest.js';
export { defaultExportOptions, type ExportOptions, type RewardFunction, type Waiver, waivable } from './options.js';
export { loadRetokenizer, type Retokenizer } from './retokenize.js';
export type { Row } from './rows.js';
export { type Verification, verifyExport } from './verify.js';
