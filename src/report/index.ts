export { type Figures, type GroupFigures, type OutcomeLine, type Summary, summarise } from './summary.js';
export { type Interval, wilsonInterval } from './wilson.js';
