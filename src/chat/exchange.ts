/**
 * One request and its whole answer, straight on undici's dispatcher: without the stream and the AbortSignal that its
 * `request` needs for each call, which together cost as much as the call itself.
 */
import type { Dispatcher } from 'undici';

export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

export interface Exchange {
  /** Rejects where the connection breaks, with the reason where it was given up. */
  answer: Promise<Answer>;
  /** Gives up what is not answered yet, and the connection with it. */
  giveUp(reason: Error): void;
}

export function exchange(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): Exchange {
  let giveUp: Exchange['giveUp'] = () => {};
  const answer = new Promise<Answer>((resolve, reject) => {
    const collector = new Collector(resolve, reject);
    giveUp = (reason) => collector.giveUp(reason);
    dispatcher.dispatch(options, collector);
  });
  return { answer, giveUp };
}

type Headers = Answer['headers'];

class Collector implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (reason: Error) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #givenUp: Error | null = null;
  #status = 0;
  #headers: Headers = {};
  readonly #chunks: Buffer[] = [];

  constructor(resolve: (answer: Answer) => void, reject: (reason: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** A request that still waits for a connection is not started any more. */
  giveUp(reason: Error): void {
    this.#givenUp = reason;
    this.#controller?.abort(reason);
    this.#reject(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp !== null) controller.abort(this.#givenUp);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
