/** The config of an evaluation: a YAML file, every complaint with its line. */
import { z } from 'zod';
import { type EvalConfig, parseEvalConfig } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { describeIssue, inputError, readDataFile } from '../scenarios/index.js';

/** Throws `input`. */
export function readEvalConfig(path: string): EvalConfig {
  const file = readDataFile(path);
  if (typeof file.value !== 'object' || file.value === null || Array.isArray(file.value))
    throw new EntenteError('input', `${path}:1: a config is a mapping of keys to values, such as "tasks: 100".`);
  try {
    return parseEvalConfig(file.value);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw inputError(file, [], describeIssue(error));
  }
}
