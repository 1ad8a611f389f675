/** Arbitrary text of any script for properties: every code point may occur, awkward ones often; no lone surrogates. */
import fc from 'fast-check';

const awkward = fc.constantFrom(...'a`"\\\n\u0000é→🫱\ufffd\ufeff\u2028');
const anything = fc.nat(0x10_f7ff).map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800));

export function anyWords(maxLength = 60): fc.Arbitrary<string> {
  return fc.string({ unit: fc.oneof(awkward, anything), maxLength });
}
