/** `entente view`: the viewer's server, until it is stopped. */
import type { Command } from 'commander';
import { EntenteError } from '../errors.js';
import { clusteredWilsonInterval } from '../report/index.js';
import { openStore } from '../store/index.js';
import { startViewer } from '../viewer/index.js';
import { dbOption } from './options.js';
import { remark, say, sayJson } from './output.js';

interface ViewFlags {
  db: string;
  port: string;
  host: string;
  json?: boolean;
}

export function addView(program: Command): void {
  program
    .command('view')
    .description('look at runs in a web browser; reads only, and may be used while a run goes on')
    .addOption(dbOption())
    .option('--port <n>', 'port; 0 takes a free one', '4710')
    .option(
      '--host <address>',
      'address to listen on; others than loopback need a token in ENTENTE_VIEW_TOKEN',
      '127.0.0.1',
    )
    .option('--json', 'print the address as one JSON document')
    .action(async (flags: ViewFlags) => {
      const port = portOf(flags.port);
      const store = openStore(flags.db, { mode: 'read' });
      try {
        const token = process.env['ENTENTE_VIEW_TOKEN'] || null;
        const viewer = await startViewer({
          store,
          port,
          intervalOf: clusteredWilsonInterval,
          hostname: flags.host,
          token,
        });
        if (flags.json) sayJson({ url: viewer.url, database: flags.db });
        else say(viewer.url);
        remark(`shows ${flags.db}, read-only; Ctrl-C ends it`);
        await new Promise<void>((resolve) => {
          process.once('SIGINT', resolve);
          process.once('SIGTERM', resolve);
        });
        await viewer.close();
      } finally {
        store.close();
      }
    });
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new EntenteError('usage', `--port: "${text}" is not a port from 0 to 65535.`);
}
