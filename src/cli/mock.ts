/** `entente mock`: the rehearsal model as an OpenAI-compatible server on loopback. */
import { type Command, Option } from 'commander';
import { type MockOptions, startMockServer } from '../chat/index.js';
import { EntenteError } from '../errors.js';
import { remark, say } from './output.js';

type Style = NonNullable<MockOptions['style']>;

/** What each style gives. */
const styles: Readonly<Record<Style, string>> = {
  vllm: 'ids of prompt and reply',
  sglang: 'the same in other places',
  'old-vllm': 'ids of the reply only',
  hosted: 'no ids, no field that OpenAI does not know',
};

export function addMock(program: Command): void {
  program
    .command('mock')
    .description('serve the rehearsal model over HTTP, to try a client against')
    .option('--port <n>', 'port on 127.0.0.1; 0 takes a free one', '8000')
    .addOption(
      new Option(
        '--style <style>',
        `a server like: ${Object.entries(styles)
          .map((entry) => entry.join(' – '))
          .join('; ')}`,
      )
        .choices(Object.keys(styles))
        .default('vllm'),
    )
    .option('--latency <ms>', 'wait before each reply', '0')
    .option('--fault-rate <share>', 'share of calls that fail with 429 or 500', '0')
    .action(async (flags: { port: string; style: Style; latency: string; faultRate: string }) => {
      const server = await startMockServer({
        port: numberIn('--port', flags.port, 0, 65_535),
        style: flags.style,
        latencyMs: numberIn('--latency', flags.latency, 0, 600_000),
        faultRate: numberIn('--fault-rate', flags.faultRate, 0, 1),
      });
      say(server.url);
      remark('rehearsal, not a language model; Ctrl-C ends it', `try: npx entente run --policy any-name@${server.url}`);
      await new Promise<void>((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      await server.close();
    });
}

function numberIn(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new EntenteError('usage', `${flag}: "${text}" is not a number from ${least} to ${most}.`);
}
