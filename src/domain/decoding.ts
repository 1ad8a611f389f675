/** How a run's answers were decoded, told from its frozen sampling: greedy and sampled figures are never pooled. */
import type { RunConfig } from './config.js';

/** `mixed`: the dialogue is greedy and the completion sampled, or the other way round. */
export type Decoding = 'greedy' | 'sampled' | 'mixed';

/** A solo policy writes nothing but the completion. */
export function decodingOf({
  protocol,
  roles,
  completion,
}: Pick<RunConfig, 'protocol' | 'roles' | 'completion'>): Decoding {
  const isGreedy = ({ temperature, top_k }: RunConfig['completion']) => temperature === 0 || top_k === 1;
  const completes = isGreedy(completion);
  const speaks = protocol === 'solo' ? completes : isGreedy(roles.policy.sampling);
  return speaks !== completes ? 'mixed' : speaks ? 'greedy' : 'sampled';
}
