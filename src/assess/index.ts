export { type AuditedItem, type AuditJudgeOptions, auditJudge } from './audit-judge.js';
export { type GradedEpisodes, type GradeEpisodesOptions, gradeEpisodes, gradingOf } from './grade-episodes.js';
export { type Label, readLabels } from './read-labels.js';
export { repeatedScores } from './repeated-scores.js';
export { type GradableEpisode, gradableEpisodes, type ScoreMethod, stratifiedSample } from './subjects.js';
