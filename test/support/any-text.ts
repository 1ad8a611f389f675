/** Any text that a model or a data file might hold, control characters and lone surrogates included. */
import fc from 'fast-check';

// fast-check's own `unit: 'binary'` takes half a second to set up in every file.
const codeUnit = fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff }));

export function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc.array(codeUnit, { maxLength }).map((units) => String.fromCharCode(...units));
}
