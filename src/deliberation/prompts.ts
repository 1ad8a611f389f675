/**
 * What the two seats are shown. A speaker sees its own persona, the dilemma and the last turns of the window; never the
 * other's persona. Roles alternate strictly and start with `user`, as most chat templates demand.
 */
import { fillPrompt, type Message, materialMessage, readPrompt } from '../chat/index.js';
import { type Outcome, personaAt, type Scenario, type Seat, type Turn } from '../domain/index.js';

/** How many of the last turns a speaker sees. */
export type Window = number | 'all';

const prompt = (name: string) => readPrompt(new URL(`../../src/deliberation/prompts/${name}.md`, import.meta.url));

/** The templates of the three things a seat may be asked for. */
export const deliberationPrompts = {
  speaker: prompt('speaker'),
  completion: prompt('completion'),
  solo: prompt('solo'),
};

/** The last `window` turns. */
export function windowOf(turns: readonly Turn[], window: Window): readonly Turn[] {
  return window === 'all' ? turns : turns.slice(-window);
}

/** The prompt of the seat that speaks next. Its own turns are `assistant`, the other's `user`. */
export function speakerMessages(scenario: Scenario, seat: Seat, turns: readonly Turn[], window: Window): Message[] {
  const { name, stance } = personaAt(scenario, seat);
  const messages: Message[] = [
    { role: 'system', content: fillPrompt(deliberationPrompts.speaker.text, { name, stance }) },
    { role: 'user', content: `The dilemma:\n\n${scenario.dilemma.text}` },
  ];
  for (const turn of windowOf(turns, window)) {
    const opening = messages.length === 2 ? messages[1] : undefined;
    if (turn.seat === seat) messages.push({ role: 'assistant', content: turn.content });
    else if (opening === undefined) messages.push({ role: 'user', content: turn.content });
    else opening.content += `\n\nThe other says:\n\n${turn.content}`;
  }
  return messages;
}

/** The prompt of the final answer, from the dilemma, both personas and the whole dialogue. */
export function completionMessages(scenario: Scenario, turns: readonly Turn[], outcome: Outcome | null): Message[] {
  const material = {
    dilemma: scenario.dilemma.text,
    stances: { A: personaAt(scenario, 'A'), B: personaAt(scenario, 'B') },
    dialogue: turns.map(({ seat, content }) => ({ seat, says: content })),
    agreed: outcome === 'agreed',
  };
  return [{ role: 'system', content: deliberationPrompts.completion.text }, materialMessage(material)];
}

/** The baseline's prompt: the dilemma and nothing else. */
export function soloMessages(scenario: Scenario): Message[] {
  return [
    { role: 'system', content: deliberationPrompts.solo.text },
    { role: 'user', content: scenario.dilemma.text },
  ];
}
