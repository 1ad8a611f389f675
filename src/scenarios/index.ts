export { checkLibrary, checkPairs, createScreen, type Problem, type Screen } from './check.js';
export { type Choice, chooseScenarios, makeScenario } from './choose.js';
export { type DataFile, describeIssue, inputError, readDataFile } from './data-file.js';
export { loadDilemmas, loadPersonaPairs, type Placed, placeDilemmas, placePersonaPairs } from './load.js';
export { type Statistics, statisticsOf } from './statistics.js';
