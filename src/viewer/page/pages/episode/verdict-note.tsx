/** What a judge said after a round, with its reason; an answer that could not be read is shown as it came. */
import type { CallLine, VerdictLine } from '../../../api.js';
import { plural } from '../../format.js';

interface Props {
  verdict: VerdictLine;
  call: CallLine | undefined;
  hidden: boolean;
  href: string;
}

export function VerdictNote({ verdict, call, hidden, href }: Props) {
  const { value, reason, raw, model, raw_before_repair } = verdict;
  const failed = call?.attempts.length ?? 0;
  return (
    <div class={`verdict ${value === 1 ? 'yes' : value === 0 ? 'no' : 'unread'}${hidden ? ' unheard' : ''}`}>
      <p>
        <strong class={value === 1 ? 'agreed' : ''}>
          {value === null ? 'Could not be read' : value === 1 ? 'Agreed' : 'Not agreed'}
        </strong>
      </p>
      <p class="reason" dir="auto">
        {value === null ? raw : reason}
      </p>
      <p class="small soft">
        {model}
        {raw_before_repair === null ? '' : ' · asked again'}
        {failed === 0 ? '' : ` · ${plural(failed, 'failed try', 'failed tries')}`} · <a href={href}>prompt and reply</a>
      </p>
    </div>
  );
}
