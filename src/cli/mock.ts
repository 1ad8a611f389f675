/** `entente mock`: the rehearsal model as an OpenAI-compatible server on loopback. */
import type { Command } from 'commander';
import { startMockServer } from '../chat/index.js';
import { EntenteError } from '../errors.js';
import { remark, say } from './output.js';

export function addMock(program: Command): void {
  program
    .command('mock')
    .description('serve the rehearsal model like a vLLM server, to try a client against')
    .option('--port <n>', 'port on 127.0.0.1; 0 takes a free one', '8000')
    .option('--latency <ms>', 'wait before each reply', '0')
    .option('--fault-rate <share>', 'share of calls that fail with 429 or 500', '0')
    .action(async (flags: { port: string; latency: string; faultRate: string }) => {
      const server = await startMockServer({
        port: numberIn('--port', flags.port, 0, 65_535),
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
