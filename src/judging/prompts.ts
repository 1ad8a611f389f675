/** Every prompt of this folder. Each lies beside the code that asks it, in our own words; its hash is its version. */
import { readPrompt } from '../chat/index.js';

const prompt = (name: string) => readPrompt(new URL(`../../src/judging/${name}.md`, import.meta.url));

export const judgingPrompts = {
  agreement: prompt('agreement'),
  collectiveAgency: prompt('collective-agency'),
  utility: prompt('utility'),
  weights: prompt('weights'),
  neutral: prompt('neutral'),
  repair: prompt('repair'),
};
