/** From a frozen config and connected models to the table at which its episodes are played. */
import type { ChatModel } from '../chat/index.js';
import { otherSeat, type RunConfig } from '../domain/index.js';
import { connectAgreementPanel, connectScorers, type PanelModels } from '../judging/index.js';
import type { Player, Table } from './play-episode.js';

/** One model for each role; for a panel, one for all its judges or one for each. */
export interface RoleModels {
  policy: ChatModel;
  opponent: ChatModel;
  judge: PanelModels;
  scorer: PanelModels;
}

/** The policy sits where the config says that the learner sits. */
export function tableFor(config: RunConfig, models: RoleModels): Table {
  const player = (role: 'policy' | 'opponent'): Player => ({
    model: models[role],
    sampling: config.roles[role].sampling,
  });
  const seats = {
    [config.learner]: player('policy'),
    [otherSeat(config.learner)]: player('opponent'),
  } as Table['seats'];
  const scorers = connectScorers(config.roles.scorer, models.scorer, config);
  return {
    protocol: config.protocol,
    mode: config.mode,
    maxRounds: config.max_rounds,
    window: config.window,
    seats,
    completion: config.completion,
    agreementJudge: connectAgreementPanel(config.roles.judge, models.judge),
    agencyScorer: scorers.agency,
    utilityJudge: scorers.utility,
    weigher: scorers.weigher,
  };
}
