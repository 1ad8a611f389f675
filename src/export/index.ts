export { type ExportReport, exportRows, type LeftOut } from './export-run.js';
export type { Row } from './rows.js';
