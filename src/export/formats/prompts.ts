/** The prompt dataset of TRL (`prompt`) and verl (all columns): the opening prompt of each scenario. */
import { speakerMessages } from '../../deliberation/index.js';
import type { Scenario } from '../../domain/index.js';
import type { ExportOptions } from '../options.js';

/** `groupId` is the first group that plays the scenario; `index` counts the records from 0. */
export function promptRecord(
  { scenario, groupId }: { scenario: Scenario; groupId: string },
  seat: ExportOptions['seat'],
  split: string,
  index: number,
): Record<string, unknown> {
  const { dilemma, pair, key } = scenario;
  return {
    data_source: 'entente',
    prompt: speakerMessages(scenario, seat === 'B' ? 'B' : 'A', [], 'all'),
    ability: 'negotiation',
    reward_model: { style: 'model', ground_truth: '' },
    extra_info: {
      split,
      index,
      scenario_key: key,
      group_id: groupId,
      dilemma_id: dilemma.id,
      pair_id: pair.id,
      tier: dilemma.tier,
    },
    agent_name: 'entente',
  };
}
