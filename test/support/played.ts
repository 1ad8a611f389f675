/** Tables for episodes in tests: all four roles played by given models, the config as a user would write it. */
import type { ChatModel } from '../../src/chat/index.js';
import { type RunConfigInput, resolveConfig } from '../../src/domain/index.js';
import { type MemoryJournal, type Table, tableFor } from '../../src/run/index.js';
import { judgedNo, judgedScore, judgedYes, roleOf, type ScriptedModel, scriptedModel } from './scripted-model.js';

/** One model for all roles. */
export function tableOf(model: ChatModel, input: RunConfigInput = {}): Table {
  const { config } = resolveConfig({ max_rounds: 2, ...input });
  return tableFor(config, { policy: model, opponent: model, judge: model, scorer: model });
}

export interface Script {
  /** The round in which the judge says yes; Infinity: never. */
  agreeIn?: number;
  score?: number;
  /** What is answered instead, by the prompt and how many of its kind came before. Undefined: as usual. */
  instead?: (role: string, index: number) => string | undefined;
}

/** Plays every role plainly: speeches say their number, the judge agrees in a round of choice. */
export function plainModel({ agreeIn = 1, score = 4, instead }: Script = {}): ScriptedModel {
  const asked = new Map<string, number>();
  return scriptedModel((request) => {
    const role = roleOf(request);
    const index = asked.get(role) ?? 0;
    asked.set(role, index + 1);
    return instead?.(role, index) ?? plainAnswer(role, index, agreeIn, score);
  });
}

function plainAnswer(role: string, index: number, agreeIn: number, score: number): string {
  if (role === 'Agreement judge') return index + 1 >= agreeIn ? judgedYes : judgedNo;
  if (role === 'Collective Agency scorer') return judgedScore(score);
  return `${role} ${index}`;
}

/** `turn kind`, in order. */
export function keysOf({ calls }: MemoryJournal): string[] {
  return calls.map(({ key }) => `${key.turn} ${key.kind}`);
}
