/** Affine maps of the plane. One of them takes pixels of a view to CSS pixels of the pane that shows it. */

/** x' = a·x + c·y + e, y' = b·x + d·y + f, as in CSS `matrix(a, b, c, d, e, f)`. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];
export type Point = readonly [x: number, y: number];
export type Size = readonly [width: number, height: number];

/** How much may be zoomed in: CSS pixels for each pixel of the view. */
export const MOST_ZOOM = 32;
/** How much may be zoomed out, as a share of what fits the pane. */
const LEAST_OF_FIT = 0.5;

/** What `first` does, then `then`. */
export function after(then: Matrix, first: Matrix): Matrix {
  const [a, b, c, d, e, f] = first;
  return [
    then[0] * a + then[2] * b,
    then[1] * a + then[3] * b,
    then[0] * c + then[2] * d,
    then[1] * c + then[3] * d,
    then[0] * e + then[2] * f + then[4],
    then[1] * e + then[3] * f + then[5],
  ];
}

/** The way back. No map of the viewer is flat, so there always is one. */
export function inverse([a, b, c, d, e, f]: Matrix): Matrix {
  const determinant = a * d - b * c;
  return [
    d / determinant,
    -b / determinant,
    -c / determinant,
    a / determinant,
    (c * f - d * e) / determinant,
    (b * e - a * f) / determinant,
  ];
}

export function apply([a, b, c, d, e, f]: Matrix, [x, y]: Point): Point {
  return [a * x + c * y + e, b * x + d * y + f];
}

/** CSS pixels for each pixel of the view. */
export function zoomOf([a, b, c, d]: Matrix): number {
  return Math.sqrt(Math.abs(a * d - b * c));
}

/** The whole view in the middle of the pane, as large as it goes, turned and flipped as `like` is. */
export function fit(view: Size, pane: Size, like: Matrix = [1, 0, 0, 1, 0, 0]): Matrix {
  const [a, b, c, d] = unit(like);
  const [width, height] = [Math.abs(a * view[0] + c * view[1]), Math.abs(b * view[0] + d * view[1])];
  return centred([a, b, c, d, 0, 0], Math.min(pane[0] / width, pane[1] / height), view, pane);
}

/** One pixel of the view on one pixel of the screen, the middle of the pane staying where it is. */
export function oneToOne(matrix: Matrix, pane: Size, pixelRatio: number): Matrix {
  return scaledAt(matrix, 1 / pixelRatio / zoomOf(matrix), [pane[0] / 2, pane[1] / 2]);
}

/** Zoomed by a factor, the point of the pane (CSS pixels) staying where it is. */
export function zoomAt(matrix: Matrix, factor: number, at: Point, view: Size, pane: Size): Matrix {
  const least = LEAST_OF_FIT * zoomOf(fit(view, pane, matrix));
  const zoom = Math.min(Math.max(zoomOf(matrix) * factor, least), MOST_ZOOM);
  return scaledAt(matrix, zoom / zoomOf(matrix), at);
}

/** Moved by CSS pixels; the middle of the pane stays on the view, so that it cannot be lost. */
export function pan(matrix: Matrix, [x, y]: Point, view: Size, pane: Size): Matrix {
  const moved: Matrix = [matrix[0], matrix[1], matrix[2], matrix[3], matrix[4] + x, matrix[5] + y];
  const middle: Point = [pane[0] / 2, pane[1] / 2];
  const seen = apply(inverse(moved), middle);
  const kept: Point = [clamp(seen[0], 0, view[0]), clamp(seen[1], 0, view[1])];
  const [keptX, keptY] = apply(moved, kept);
  return [moved[0], moved[1], moved[2], moved[3], moved[4] + middle[0] - keptX, moved[5] + middle[1] - keptY];
}

/** Turned by 90° clockwise about the middle of the pane. */
export function turned(matrix: Matrix, pane: Size): Matrix {
  return about([0, 1, -1, 0], matrix, pane);
}

/** Left and right changed, about the middle of the pane. */
export function flipped(matrix: Matrix, pane: Size): Matrix {
  return about([-1, 0, 0, 1], matrix, pane);
}

/** The same part of the view in the middle of a pane of another size. */
export function moved(matrix: Matrix, from: Size, to: Size): Matrix {
  const [a, b, c, d, e, f] = matrix;
  return [a, b, c, d, e + (to[0] - from[0]) / 2, f + (to[1] - from[1]) / 2];
}

/** As CSS and SVG write it. */
export function css(matrix: Matrix): string {
  return `matrix(${matrix.join(' ')})`;
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function about(linear: readonly [number, number, number, number], matrix: Matrix, pane: Size): Matrix {
  const [x, y] = [pane[0] / 2, pane[1] / 2];
  const [a, b, c, d] = linear;
  return after([a, b, c, d, x - a * x - c * y, y - b * x - d * y], matrix);
}

function scaledAt(matrix: Matrix, factor: number, [x, y]: Point): Matrix {
  return after([factor, 0, 0, factor, x * (1 - factor), y * (1 - factor)], matrix);
}

/** Turn and flip alone. */
function unit(matrix: Matrix): readonly [number, number, number, number] {
  const zoom = zoomOf(matrix);
  return [matrix[0] / zoom, matrix[1] / zoom, matrix[2] / zoom, matrix[3] / zoom];
}

function centred([a, b, c, d]: Matrix, zoom: number, view: Size, pane: Size): Matrix {
  const scaled: Matrix = [a * zoom, b * zoom, c * zoom, d * zoom, 0, 0];
  const [x, y] = apply(scaled, [view[0] / 2, view[1] / 2]);
  return [scaled[0], scaled[1], scaled[2], scaled[3], pane[0] / 2 - x, pane[1] / 2 - y];
}
