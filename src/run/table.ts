/** From a frozen config and connected models to the table at which its episodes are played. */
import type { ChatModel } from '../chat/index.js';
import { otherSeat, type RoleName, type RunConfig } from '../domain/index.js';
import { createAgencyScorer, createAgreementJudge } from '../judging/index.js';
import type { Player, Table } from './play-episode.js';

/** The policy sits where the config says that the learner sits. */
export function tableFor(config: RunConfig, models: Readonly<Record<RoleName, ChatModel>>): Table {
  const player = (role: 'policy' | 'opponent'): Player => ({
    model: models[role],
    sampling: config.roles[role].sampling,
  });
  const seats = {
    [config.learner]: player('policy'),
    [otherSeat(config.learner)]: player('opponent'),
  } as Table['seats'];
  return {
    protocol: config.protocol,
    mode: config.mode,
    maxRounds: config.max_rounds,
    window: config.window,
    seats,
    completion: config.completion,
    agreementJudge: createAgreementJudge(models.judge, config.roles.judge.sampling),
    agencyScorer: createAgencyScorer(models.scorer, config.roles.scorer.sampling),
  };
}
