/** What is negotiated and by whom: the dilemma, the tension, and the stance of each seat. */
import type { ScenarioText } from '../../api.js';
import { words } from '../format.js';

export function ScenarioView({ scenario, wide = false }: { scenario: ScenarioText; wide?: boolean }) {
  const { dilemma, pair, personas } = scenario;
  const facts = [
    dilemma.setting,
    dilemma.stage === null ? null : words(dilemma.stage),
    dilemma.split === 'train' ? null : dilemma.split,
  ];
  return (
    <section class={wide ? 'scenario wide' : 'scenario'} aria-label="Scenario" {...(wide ? {} : { tabIndex: 0 })}>
      <div class="dilemma">
        <h2>Dilemma</h2>
        <p class="small soft" dir="auto">
          {facts.filter((fact) => fact !== null).join(' · ')}
        </p>
        <p class="read" dir="auto">
          {dilemma.text}
        </p>
      </div>
      <div class="personas">
        <h2>Personas</h2>
        <p class="small soft" dir="auto">
          {words(pair.id)}: {pair.tension}
        </p>
        {(['A', 'B'] as const).map((seat) => (
          <div key={seat} class={`persona seat-${seat.toLowerCase()}`}>
            <h3 dir="auto">
              <span class={seat.toLowerCase()}>{seat}</span> {personas[seat].name}
            </h3>
            <p class="read" dir="auto">
              {personas[seat].stance}
            </p>
          </div>
        ))}
      </div>
    </section>
  );
}
