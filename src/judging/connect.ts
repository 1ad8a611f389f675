/** From the judging roles of a config, and models that can be called, to judges. */
import type { ChatModel } from '../chat/index.js';
import { type JudgeRole, judgesOf, type PanelRole, type RunConfig } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { type AgreementMaterial, agreementRubric } from './agreement.js';
import { type AgencyMaterial, agencyRubric } from './collective-agency.js';
import { createModelJudge, type Rubric } from './judge.js';
import { type Panel, type PanelMember, precheckOf } from './panel.js';
import type { Reducer } from './reduce.js';
import { type UtilityMaterial, utilityRubric } from './utility.js';
import { createWeigher, type Weigher } from './weights.js';

/** One model for all judges of a panel, or one for each, in the order of the config. */
export type PanelModels = ChatModel | readonly ChatModel[];

/** Who grades completions. */
export interface Scorers {
  /** Null: no CA score is asked for. */
  agency: Panel<AgencyMaterial> | null;
  /** Null: no utilities are asked for. */
  utility: Panel<UtilityMaterial> | null;
  /** Fixes the weights of the utilities; null where there are none. It is the first judge of the panel. */
  weigher: Weigher | null;
}

export function connectAgreementPanel(role: PanelRole, models: PanelModels): Panel<AgreementMaterial> {
  return panelFor(agreementRubric, role, models, () => 'majority');
}

/** As `scorer_method` and `also_holistic` say. */
export function connectScorers(
  role: PanelRole,
  models: PanelModels,
  { scorer_method, also_holistic }: Pick<RunConfig, 'scorer_method' | 'also_holistic'>,
): Scorers {
  const reducerOf = ({ reduce }: JudgeRole) => reduce;
  const decomposed = scorer_method === 'decomposed';
  return {
    agency: !decomposed || also_holistic ? panelFor(agencyRubric, role, models, reducerOf) : null,
    utility: decomposed ? panelFor(utilityRubric, role, models, reducerOf) : null,
    weigher: decomposed ? createWeigher(modelAt(models, 0), role.sampling) : null,
  };
}

function panelFor<Answer extends object, Material extends object>(
  rubric: Rubric<Answer, Material>,
  role: PanelRole,
  models: PanelModels,
  reducerOf: (judge: JudgeRole) => Reducer,
): Panel<Material> {
  const members = judgesOf(role).map((judge, index): PanelMember<Material> => {
    const options = { expectedScore: judge.expected_score };
    return {
      judge: createModelJudge<Material, Answer>(rubric, modelAt(models, index), judge.sampling, options),
      samples: judge.samples,
      reducer: reducerOf(judge),
    };
  });
  return { members, reducer: reducerOf(role), precheck: precheckOf(rubric) };
}

function modelAt(models: PanelModels, index: number): ChatModel {
  const model = 'complete' in models ? models : models[index];
  if (model === undefined) throw new EntenteError('internal', `judge ${index} of the panel has no model`);
  return model;
}
