import fc from 'fast-check';
import { expect, test } from 'vitest';
import { playbackSpans } from '../../src/viewer/clock.js';

const at = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms).toISOString();

test('calls keep their lengths and the pauses between them, tries that failed included', () => {
  const spans = playbackSpans([
    { finished_at: at(1000), latency_ms: 400, attempts: [] },
    { finished_at: at(2000), latency_ms: 300, attempts: [{ code: 'timeout', message: '', ms: 200 }] },
    { finished_at: at(90_000_000), latency_ms: 100, attempts: [] },
  ]);
  expect(spans).toEqual([
    { started_ms: 0, ended_ms: 400 },
    { started_ms: 900, ended_ms: 1400 },
    // A night between two calls is two seconds.
    { started_ms: 3400, ended_ms: 3500 },
  ]);
});

test('whatever clocks did, no call begins before the one before it has ended', () => {
  const call = fc.record({ finished: fc.integer({ min: 0, max: 1e9 }), latency_ms: fc.nat(1e5) });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 20 }), (calls) => {
      const spans = playbackSpans(
        calls.map(({ finished, latency_ms }) => ({ finished_at: at(finished), latency_ms, attempts: [] })),
      );
      let end = 0;
      for (const [index, { started_ms, ended_ms }] of spans.entries()) {
        expect(started_ms).toBeGreaterThanOrEqual(end);
        expect(started_ms - end).toBeLessThanOrEqual(2000);
        expect(ended_ms - started_ms).toBe(calls[index]!.latency_ms);
        end = ended_ms;
      }
    }),
  );
});
