export { type ExportReport, exportRows, type LeftOut, runRows } from './export-run.js';
export type { Row } from './rows.js';
