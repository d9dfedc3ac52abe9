/** Where boxes and their words lie on a pane, and how a box is drawn by hand or by keys. */
import { apply, clamp, inverse, type Matrix, type Point, type Size } from './matrix';
import type { Box } from './scan';

/** Left, top, width and height in CSS pixels of the pane. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Views are only turned by right angles, so that a box stays upright. */
export function onPane([x0, y0, x1, y1]: Box, matrix: Matrix): Rectangle {
  const [first, second] = [apply(matrix, [x0, y0]), apply(matrix, [x1, y1])];
  return {
    x: Math.min(first[0], second[0]),
    y: Math.min(first[1], second[1]),
    width: Math.abs(first[0] - second[0]),
    height: Math.abs(first[1] - second[1]),
  };
}

/** Between two points of the pane, in pixels of the view and inside it. */
export function between(one: Point, other: Point, matrix: Matrix, view: Size): Box {
  const back = inverse(matrix);
  const [first, second] = [within(apply(back, one), view), within(apply(back, other), view)];
  return [
    Math.min(first[0], second[0]),
    Math.min(first[1], second[1]),
    Math.max(first[0], second[0]),
    Math.max(first[1], second[1]),
  ];
}

/** The smallest box under a point of the pane; null where there is none. */
export function under<Boxed extends { readonly box: Box }>(at: Point, boxes: readonly Boxed[], matrix: Matrix): Boxed | null {
  const [x, y] = apply(inverse(matrix), at);
  const hit = boxes.filter(({ box: [x0, y0, x1, y1] }) => x >= x0 && x < x1 && y >= y0 && y < y1);
  return hit.sort((one, other) => areaOf(one.box) - areaOf(other.box))[0] ?? null;
}

/** Moved by CSS pixels of the pane, as far as the view goes. */
export function movedBy(box: Box, by: Point, matrix: Matrix, view: Size): Box {
  const [x, y] = turnedBack(by, matrix);
  const dx = clamp(x, -box[0], view[0] - box[2]);
  const dy = clamp(y, -box[1], view[1] - box[3]);
  return [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy];
}

/** Larger or smaller by CSS pixels of the pane at its right and lower edges there, at least two pixels of the view. */
export function resizedBy(box: Box, [width, height]: Point, matrix: Matrix, view: Size): Box {
  const seen = onPane(box, matrix);
  const corner: Point = [seen.x + Math.max(seen.width + width, 1), seen.y + Math.max(seen.height + height, 1)];
  const [x0, y0, x1, y1] = between([seen.x, seen.y], corner, matrix, view);
  return [Math.min(x0, view[0] - 2), Math.min(y0, view[1] - 2), Math.max(x1, x0 + 2), Math.max(y1, y0 + 2)];
}

/** A first box to move and resize by keys: a fifth of the pane, in its middle. */
export function inTheMiddle(matrix: Matrix, view: Size, pane: Size): Box {
  const [width, height] = [pane[0] / 5, pane[1] / 5];
  return between(
    [(pane[0] - width) / 2, (pane[1] - height) / 2],
    [(pane[0] + width) / 2, (pane[1] + height) / 2],
    matrix,
    view,
  );
}

/** Places for words of the given sizes, each beside its box and, where there is room, upon no other words. */
export function wordPlaces(boxes: readonly Rectangle[], words: readonly Size[], pane: Size): readonly Point[] {
  const taken: Rectangle[] = [];
  return boxes.map((box, index) => {
    const [width, height] = words[index] ?? [0, 0];
    const x = clamp(box.x, 0, Math.max(0, pane[0] - width));
    const [above, below] = [box.y - height - 2, box.y + box.height + 2];
    const inside = Array.from({ length: 8 }, (_, line) => box.y + 2 + line * (height + 1));
    const isFree = (y: number) =>
      y >= 0 && y + height <= pane[1] && !taken.some((other) => overlaps(other, { x, y, width, height }));
    const y = [above, below, ...inside].find(isFree) ?? clamp(above, 0, Math.max(0, pane[1] - height));
    taken.push({ x, y, width, height });
    return [x, y];
  });
}

function overlaps(one: Rectangle, other: Rectangle): boolean {
  return (
    one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height
  );
}

function within([x, y]: Point, [width, height]: Size): Point {
  return [clamp(x, 0, width), clamp(y, 0, height)];
}

function areaOf([x0, y0, x1, y1]: Box): number {
  return (x1 - x0) * (y1 - y0);
}

function turnedBack(by: Point, matrix: Matrix): Point {
  const back = inverse(matrix);
  const [[x, y], [x0, y0]] = [apply(back, by), apply(back, [0, 0])];
  return [x - x0, y - y0];
}
