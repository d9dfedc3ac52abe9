import { expect, it } from 'vitest';

import { between, inTheMiddle, movedBy, onPane, resizedBy, under, wordPlaces } from './boxes';
import { fit, flipped, turned, type Size } from './matrix';
import type { Box } from './scan';

const VIEW: Size = [640, 480];
const PANE: Size = [1280, 960];
const FITTED = fit(VIEW, PANE);
const TURNED = turned(FITTED, PANE);
const BOX: Box = [100, 50, 200, 80];

it('places a box where its pixels are, turned and flipped too', () => {
  expect(onPane(BOX, FITTED)).toEqual({ x: 200, y: 100, width: 200, height: 60 });
  expect(onPane(BOX, flipped(FITTED, PANE))).toEqual({ x: 1280 - 400, y: 100, width: 200, height: 60 });
  const lying = onPane(BOX, TURNED);
  expect([lying.width, lying.height].map(Math.round)).toEqual([60, 200]);
});

it('draws between two points, whichever comes first, and not beyond the view', () => {
  expect(between([400, 160], [200, 100], FITTED, VIEW)).toEqual([100, 50, 200, 80]);
  expect(between([-50, -50], [9999, 20], FITTED, VIEW)).toEqual([0, 0, 640, 10]);
});

it('finds the smallest box under the pointer', () => {
  const inner = { box: [120, 60, 140, 70] as Box };
  const outer = { box: BOX };
  expect(under([260, 130], [outer, inner], FITTED)).toBe(inner);
  expect(under([390, 130], [outer, inner], FITTED)).toBe(outer);
  expect(under([10, 10], [outer, inner], FITTED)).toBeNull();
});

it('moves and resizes as the screen shows it, as far as the view goes', () => {
  expect(movedBy(BOX, [20, 10], FITTED, VIEW)).toEqual([110, 55, 210, 85]);
  expect(movedBy(BOX, [-9999, 0], FITTED, VIEW)).toEqual([0, 50, 100, 80]);
  // To the right of the screen is upwards in a view that was turned clockwise.
  expect(movedBy(BOX, [20, 0], TURNED, VIEW).map(Math.round)).toEqual([100, 40, 200, 70]);
  expect(resizedBy(BOX, [20, -10], FITTED, VIEW)).toEqual([100, 50, 210, 75]);
  expect(resizedBy(BOX, [-9999, -9999], FITTED, VIEW)).toEqual([100, 50, 102, 52]);
});

it('begins in the middle of what is shown', () => {
  expect(inTheMiddle(FITTED, VIEW, PANE)).toEqual([256, 192, 384, 288]);
});

it('puts words beside their boxes and upon no others', () => {
  const boxes = [
    { x: 100, y: 100, width: 80, height: 60 },
    { x: 104, y: 101, width: 80, height: 60 },
    { x: 1200, y: 4, width: 70, height: 40 },
  ];
  const places = wordPlaces(boxes, boxes.map(() => [120, 18] as const), PANE);
  expect(places[0]).toEqual([100, 80]);
  expect(places[1]).toEqual([104, 163]);
  expect(places[2]).toEqual([1160, 46]);
});
