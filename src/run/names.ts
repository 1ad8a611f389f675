/** Short, pronounceable run names: "brisk-otter". */
import type { Random } from '../domain/index.js';

const adjectives =
  'amber apt bold brisk calm candid clear coral crisp deft early even fair fleet fond frank gentle glad golden hardy keen kind level light lively lucid mellow merry mild neat nimble patient plain proud quick quiet ready steady sunny swift tidy true vivid warm wise witty'.split(
    ' ',
  );
const animals =
  'badger bear beaver bison crane curlew deer dipper dove eagle egret falcon finch fox gannet gecko hare heron ibex ibis jackdaw kestrel lark lemur linnet lynx marten mole moose newt otter owl oyster petrel pika plover puffin quail raven robin salmon seal shrew stork swan swift tapir tern toad vole weasel wren'.split(
    ' ',
  );

/** A name that is not `taken`; a number is added once the plain names run short. */
export function inventRunName(random: Random, taken: ReadonlySet<string>): string {
  const draw = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? 'plain';
  for (let attempt = 0; ; attempt++) {
    const plain = `${draw(adjectives)}-${draw(animals)}`;
    const name = attempt < 50 ? plain : `${plain}-${attempt}`;
    if (!taken.has(name)) return name;
  }
}
