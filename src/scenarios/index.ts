export { chooseScenarios, makeScenario } from './choose.js';
export { type DataFile, describeIssue, inputError, parseAs, readDataFile } from './data-file.js';
export { loadDilemmas, loadPersonaPairs } from './load.js';
