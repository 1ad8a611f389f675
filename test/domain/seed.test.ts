import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveSeed, seededRandom, shuffled } from '../../src/domain/seed.js';

const fixed = { seed: 8, numRuns: 300 };
const parts = fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 4 });

describe('a derived seed', () => {
  test('is a number any server takes, and the same for the same parts', () => {
    const property = fc.property(parts, (given) => {
      const seed = deriveSeed(...given);
      expect(Number.isInteger(seed)).toBe(true);
      expect(seed).toBeGreaterThanOrEqual(0);
      expect(seed).toBeLessThan(2 ** 31);
      expect(deriveSeed(...given)).toBe(seed);
    });
    fc.assert(property, fixed);
  });

  test('differs wherever the parts differ in value, in kind, in order or in where one ends', () => {
    const property = fc.property(parts, parts, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      expect(deriveSeed(...one)).not.toBe(deriveSeed(...other));
    });
    fc.assert(property, fixed);
    expect(deriveSeed('ab', 'c')).not.toBe(deriveSeed('a', 'bc'));
    expect(deriveSeed('a', 'b')).not.toBe(deriveSeed('b', 'a'));
    expect(deriveSeed('1')).not.toBe(deriveSeed(1));
  });

  test('stays what it was in earlier versions, so that a seed still means the run it meant', () => {
    expect([deriveSeed('episode', 7, 0, 0), deriveSeed('call', 1, 'speak', 0, 0), deriveSeed()]).toEqual([
      1724203287, 215508276, 665446096,
    ]);
  });
});

describe('seeded randomness', () => {
  test('gives the same numbers in [0, 1) for the same seed, spread evenly', () => {
    const random = seededRandom(5);
    const numbers = Array.from({ length: 20_000 }, random);
    const again = seededRandom(5);
    expect(numbers.slice(0, 100)).toEqual(Array.from({ length: 100 }, again));
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth++) {
      const within = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
      expect(Math.abs(within - 2000)).toBeLessThan(200);
    }
  });

  test('of seeds that lie next to each other has nothing in common', () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) => seededRandom(seed)());
    expect(new Set(firsts).size).toBe(1000);
    const neighbours = firsts.slice(1).filter((first, index) => Math.abs(first - (firsts[index] ?? 0)) < 0.01);
    expect(neighbours.length).toBeLessThan(50);
  });

  test('shuffles into a copy: nothing is lost, doubled or changed in the original', () => {
    const property = fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
      const before = [...items];
      const mixed = shuffled(items, seededRandom(seed));
      expect(items).toEqual(before);
      expect([...mixed].sort()).toEqual([...before].sort());
      expect(shuffled(items, seededRandom(seed))).toEqual(mixed);
    });
    fc.assert(property, fixed);
  });

  test('shuffles so that every order comes up equally often', () => {
    const random = seededRandom(9);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw++) {
      const order = shuffled(['a', 'b', 'c'], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
