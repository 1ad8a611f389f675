/** Progress of judging on stderr: one line redrawn in place on a terminal, else a plain line every ten seconds. */
import { createLogUpdate } from 'log-update';
import { duration } from './format.js';
import { cutText, widthOf } from './terminal.js';

export interface CallProgress {
  /** One more is in. */
  count(): void;
  announce(line: string): void;
  stop(): void;
}

/** `noun`: what is counted, in the plural. */
export function startCallProgress(total: number, noun: string): CallProgress {
  const stream = process.stderr;
  const update = createLogUpdate(stream);
  const started = performance.now();
  let done = 0;
  let announced = '';
  const line = () => {
    const eta = done === 0 ? '' : `   ETA ${duration(((performance.now() - started) / done) * (total - done))}`;
    return ` ${done}/${total} ${noun}${eta}${announced === '' ? '' : `   ${announced}`}`;
  };
  const draw = () => update(cutText(line(), widthOf(stream) - 1));
  const timer = setInterval(
    () => (stream.isTTY ? draw() : stream.write(`${line().trim()}\n`)),
    stream.isTTY ? 100 : 10_000,
  );
  return {
    count: () => void done++,
    announce: (text) => {
      announced = text;
      if (!stream.isTTY) stream.write(`${text}\n`);
    },
    stop: () => {
      clearInterval(timer);
      if (stream.isTTY) update.clear();
    },
  };
}
