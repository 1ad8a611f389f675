/** `entente judge …`: judges put to the test: audited, held against people, and studied for the noise in their weights. */
import type { Command } from 'commander';
import { addJudgeAudit } from './judge-audit.js';
import { addJudgeCalibrate } from './judge-calibrate.js';
import { addJudgeStudy } from './judge-study.js';

export function addJudge(program: Command, setExit: (code: number) => void): void {
  const judge = program.command('judge').description('put a judge to the test: audit, calibrate, study');
  addJudgeAudit(judge, setExit);
  addJudgeCalibrate(judge);
  addJudgeStudy(judge, setExit);
}
