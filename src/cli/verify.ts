/** `entente verify FILE`: holds an export against its manifest. */
import type { Command } from 'commander';
import { verifyExport } from '../export/index.js';
import { plural } from './format.js';
import { say, sayJson } from './output.js';

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('hold an exported file against its manifest')
    .argument('<file>')
    .option('--json', 'print one JSON document')
    .action(async (file: string, flags: { json?: boolean }) => {
      const { manifest, records } = await verifyExport(file);
      if (flags.json) {
        sayJson({ file, ok: true, records, manifest });
        return;
      }
      const read = records === 0 ? 'every byte' : `${plural(records, 'record')} and every byte`;
      say(`${file}: ${read} as the manifest says (${manifest.format}, run ${String(manifest.run['name'])})`);
    });
}
