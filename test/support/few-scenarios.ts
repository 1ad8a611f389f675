/** A library of two persona pairs and two dilemmas, which is read faster than the shipped one. */
import { fileURLToPath } from 'node:url';

const path = (name: string) => fileURLToPath(new URL(`../golden/data/${name}`, import.meta.url));

/** As parts of a config. */
export const fewScenarios = { dilemmas: [path('dilemmas.yaml')], personas: [path('personas')] };

/** As flags of `entente run`. */
export const fewScenarioFlags = ['--dilemmas', ...fewScenarios.dilemmas, '--personas', ...fewScenarios.personas];
