import { describe, expect, it } from 'vitest';

import { every, rounded, runs, SECONDS_IN, stacked, ticks, unitOf } from './scale';

describe('ticks', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [4, [0, 1, 2, 3, 4]],
    [5, [0, 2, 4, 6]],
    [17, [0, 5, 10, 15, 20]],
    [40, [0, 10, 20, 30, 40]],
    [41, [0, 20, 40, 60]],
    [999, [0, 500, 1000]],
    [12_345, [0, 5000, 10_000, 15_000]],
  ])('go to a round number not below %d', (most, expected) => {
    expect(ticks(most, 4)).toEqual(expected);
  });

  it.each([
    [119, 1, [0, 50, 100, 150]],
    [900, 60, [0, 300, 600, 900]],
    [7199, 60, [0, 3000, 6000, 9000]],
    [20_000, 3600, [0, 7200, 14_400, 21_600]],
  ])('of times up to %d s are in whole units', (most, unit, expected) => {
    expect(SECONDS_IN[unitOf(most)]).toBe(unit);
    expect(ticks(most, 4, unit)).toEqual(expected);
  });

  it('hold every value, in few steps, whatever it is', () => {
    for (let most = 0; most < 3000; most += 7) {
      const marks = ticks(most, 4);
      expect(marks.at(-1)).toBeGreaterThanOrEqual(most);
      expect(marks.length).toBeLessThanOrEqual(5);
      expect(marks.every(Number.isInteger)).toBe(true);
    }
  });
});

describe('every', () => {
  it.each([
    [4, 1],
    [8, 1],
    [24, 3],
    [25, 4],
    [48, 6],
    [96, 12],
    [97, 24],
    [400, 96],
  ])('of %d labels', (places, step) => {
    expect(every(places, 8)).toBe(step);
    expect(Math.ceil(places / step)).toBeLessThanOrEqual(9);
  });
});

it('a stack has no gaps', () => {
  expect(stacked([3, 0, 2])).toEqual([
    { from: 0, to: 3 },
    { from: 3, to: 3 },
    { from: 3, to: 5 },
  ]);
});

it('a line is broken where nothing is known, not drawn through zero', () => {
  const found = runs([null, 1, 2, null, 4], (place) => place * 10, (value) => 100 - value);
  expect(found).toEqual([
    [
      { x: 10, y: 99, place: 1 },
      { x: 20, y: 98, place: 2 },
    ],
    [{ x: 40, y: 96, place: 4 }],
  ]);
  expect(runs([null, null], Number, Number)).toEqual([]);
});

it('numbers in a path are short', () => {
  expect(rounded(1 / 3)).toBe(0.3);
});
