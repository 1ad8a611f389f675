export {
  type ComparedRun,
  type ComparisonInput,
  type ComparisonReport,
  correctTogether,
  figuresOfPair,
  type JudgedPair,
  type PairFigures,
  reportComparison,
} from './comparison-report.js';
export { comparisonParts } from './comparison-sections.js';
export { documentAsHtml, documentAsMarkdown } from './document.js';
export {
  type EvaluationInput,
  type EvaluationReport,
  type JudgedEvaluationPair,
  reportEvaluation,
} from './evaluation-report.js';
export { evaluationParts } from './evaluation-sections.js';
export type { QuestionFigures } from './pair-figures.js';
export type { DocumentParts } from './sections.js';
