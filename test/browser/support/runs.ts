/** Databases for the browser: runs that were really played, one of them with judges that stumble and calls that fail. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChatModel, createRehearsalModel } from '../../../src/chat/index.js';
import { resolveConfig, seededRandom } from '../../../src/domain/index.js';
import { EntenteError } from '../../../src/errors.js';
import { createRun, playRun, scenariosFor, tableFor } from '../../../src/run/index.js';
import { openStore } from '../../../src/store/index.js';
import type { Viewer } from '../../../src/viewer/index.js';
import { viewerOn } from '../../support/viewer.js';

export interface Shown {
  viewer: Viewer;
  path: string;
  close(): Promise<void>;
}

/** A folder with a database that `fill` has filled, and a viewer on it. */
export async function show(fill: (path: string) => Promise<void>): Promise<Shown> {
  const folder = mkdtempSync(join(tmpdir(), 'entente-browser-'));
  const path = join(folder, 'runs.db');
  await fill(path);
  const { viewer, close } = await viewerOn(path, {}, 'runs/entente.db');
  return {
    viewer,
    path,
    close: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Two runs over the shipped scenarios, a minute apart. */
export async function playTwoRuns(path: string): Promise<void> {
  const store = openStore(path, { mode: 'write', now: ticking() });
  for (const [index, name] of ['first-light', 'second-wind'].entries()) {
    const { config } = resolveConfig({ groups: 6, group_size: 6, seed: 7 + index, max_rounds: 5, concurrency: 4 });
    const identity = { random: seededRandom(index + 1), now: () => new Date(Date.UTC(2030, 0, 1, 12, index)) };
    const run = createRun(store, config, name, scenariosFor({ ...config, seed: 7 }), identity);
    const model = stumbling(index);
    await playRun({
      store,
      run,
      table: tableFor(config, { policy: model, opponent: model, judge: model, scorer: model }),
    });
  }
  store.close();
}

/** A clock that goes on by 40 ms each time it is looked at. */
function ticking(): () => Date {
  let at = Date.UTC(2030, 0, 1, 12);
  return () => {
    at += 40;
    return new Date(at);
  };
}

/** The rehearsal, slow to answer by its own account, unreadable now and then, and refused once in a while. */
function stumbling(salt: number): ChatModel {
  const rehearsal = createRehearsalModel();
  return {
    ...rehearsal,
    async complete(request) {
      const luck = (request.seed + salt) % 100;
      if (luck === 0) throw new EntenteError('refused', 'the model declined');
      const reply = await rehearsal.complete(request);
      const failedAttempts = luck < 4 ? [{ code: 'rate_limited', message: 'too many requests', ms: 700 }] : [];
      const content = request.answer !== undefined && luck < 12 ? 'Let me think about that.' : reply.content;
      return {
        ...reply,
        content,
        failedAttempts: failedAttempts as typeof reply.failedAttempts,
        latencyMs: 300 + luck * 9,
      };
    },
  };
}
