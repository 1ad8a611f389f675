// One negotiation, from dilemma to reward, against any ChatModel. Here the model is the offline rehearsal; for a real
// one, put createOpenAIModel({ model, baseUrl, apiKey, timeoutMs, transport: createTransport(4) }) in its place.
//
//   node examples/one-episode.js
import {
  createMemoryJournal,
  createRehearsalModel,
  loadDilemmas,
  loadPersonaPairs,
  makeScenario,
  resolveConfig,
  runEpisode,
  tableFor,
} from 'entente';

const model = createRehearsalModel();
const { config } = resolveConfig({ max_rounds: 5 });
const table = tableFor(config, { policy: model, opponent: model, judge: model, scorer: model });

const [dilemma] = loadDilemmas();
const [pair] = loadPersonaPairs();
if (dilemma === undefined || pair === undefined) throw new Error('no scenario to play');

const journal = createMemoryJournal();
const result = await runEpisode(table, { scenario: makeScenario(dilemma, pair), seed: 1, journal });

console.log(`${dilemma.id}, between ${pair.a.name} and ${pair.b.name}\n`);
for (const { seat, reply, verdict } of journal.calls) {
  if (verdict !== null) console.log(`  judge: ${verdict.kind} ${verdict.value}\n`);
  else console.log(`${seat}: ${reply.content}\n`);
}
console.log(`${result.outcome} after ${result.rounds} rounds, reward ${result.reward}`);
