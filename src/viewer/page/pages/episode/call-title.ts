/** What a call is called: who was asked for what, in which round. A kind of a later version keeps its own name. */
import { words } from '../../format.js';

interface NamedCall {
  kind: string;
  seat: 'A' | 'B' | null;
  round: number;
  sample: number;
}

const names: Readonly<Record<string, string>> = {
  completion: 'joint answer',
  agreement: 'verdict',
  ca: 'score',
  'utility.A': 'utility for A',
  'utility.B': 'utility for B',
};

export function callTitle({ kind, seat, round, sample }: NamedCall): string {
  const asked = kind.replace(/\.repair$/, '');
  const what = kind === 'speak' ? `${seat ?? ''} speaks` : (names[asked] ?? words(asked));
  const parts = [
    asked === kind ? what : `${what}, asked again`,
    ...(round > 0 ? [`round ${round}`] : []),
    ...(sample > 0 ? [`sample ${sample + 1}`] : []),
  ];
  return parts.join(', ');
}
