import { describe, expect, it } from 'vitest';

import { after, apply, fit, flipped, inverse, moved, oneToOne, pan, turned, zoomAt, zoomOf, type Matrix, type Point, type Size } from './matrix';

const VIEW: Size = [640, 480];
const PANE: Size = [1000, 600];
const MIDDLE: Point = [500, 300];
const FITTED = fit(VIEW, PANE);

function expectPoint(point: Point, x: number, y: number): void {
  expect(point[0]).toBeCloseTo(x, 6);
  expect(point[1]).toBeCloseTo(y, 6);
}

describe('affine maps', () => {
  it('are put one after the other', () => {
    const shift: Matrix = [1, 0, 0, 1, 5, -3];
    const quarter: Matrix = [0, 1, -1, 0, 0, 0];
    expectPoint(apply(after(quarter, shift), [1, 1]), 2, 6);
    expectPoint(apply(after(shift, quarter), [1, 1]), 4, -2);
  });

  it('lead back', () => {
    const some = zoomAt(turned(flipped(FITTED, PANE), PANE), 1.7, [10, 20], VIEW, PANE);
    expectPoint(apply(inverse(some), apply(some, [123, 45])), 123, 45);
  });
});

describe('fit', () => {
  it('shows all of a view, as large as it goes, in the middle', () => {
    expect(zoomOf(FITTED)).toBeCloseTo(1.25);
    expectPoint(apply(FITTED, [0, 0]), 100, 0);
    expectPoint(apply(FITTED, [640, 480]), 900, 600);
  });

  it('keeps how the view was turned and flipped', () => {
    const lying = fit(VIEW, PANE, turned(FITTED, PANE));
    expect(zoomOf(lying)).toBeCloseTo(600 / 640);
    // What was at the upper left is at the upper right now.
    expectPoint(apply(lying, [0, 0]), 500 + (480 * 600) / 640 / 2, 0);
    expectPoint(apply(fit(VIEW, PANE, flipped(FITTED, PANE)), [0, 0]), 900, 0);
  });
});

describe('zoom', () => {
  it('leaves what is under the cursor where it is', () => {
    const at: Point = [333, 222];
    const before = apply(inverse(FITTED), at);
    for (const factor of [1.25, 0.8, 6]) {
      const zoomed = zoomAt(FITTED, factor, at, VIEW, PANE);
      expectPoint(apply(zoomed, before), ...at);
      expect(zoomOf(zoomed)).toBeCloseTo(1.25 * factor);
    }
  });

  it('ends at 32 pixels for one, and at half of what fits', () => {
    expect(zoomOf(zoomAt(FITTED, 1e6, MIDDLE, VIEW, PANE))).toBeCloseTo(32);
    expect(zoomOf(zoomAt(FITTED, 1e-6, MIDDLE, VIEW, PANE))).toBeCloseTo(0.625);
  });

  it('goes to one pixel of the screen for one of the view', () => {
    const whole = oneToOne(FITTED, PANE, 2);
    expect(zoomOf(whole)).toBeCloseTo(0.5);
    expectPoint(apply(whole, apply(inverse(FITTED), MIDDLE)), ...MIDDLE);
  });
});

describe('pan', () => {
  it('moves the view', () => {
    expectPoint(apply(pan(FITTED, [30, -20], VIEW, PANE), [0, 0]), 130, -20);
  });

  it('never loses the view', () => {
    const far = pan(FITTED, [9999, -9999], VIEW, PANE);
    expectPoint(apply(inverse(far), MIDDLE), 0, 480);
  });
});

describe('turn and flip', () => {
  it('come back after four and two', () => {
    const four = [1, 2, 3, 4].reduce((matrix) => turned(matrix, PANE), FITTED);
    four.forEach((value, place) => expect(value).toBeCloseTo(FITTED[place] as number, 6));
    flipped(flipped(FITTED, PANE), PANE).forEach((value, place) => expect(value).toBeCloseTo(FITTED[place] as number, 6));
  });

  it('turn clockwise about the middle of the pane', () => {
    expectPoint(apply(turned([1, 0, 0, 1, 0, 0], PANE), [500, 0]), 800, 300);
  });
});

it('keeps the middle of a pane that gets another size', () => {
  const now = moved(FITTED, PANE, [400, 900]);
  expectPoint(apply(now, apply(inverse(FITTED), MIDDLE)), 200, 450);
});
