/** The arithmetic of plots: round steps of an axis, which of its labels fit, and paths through what is known. */

const STEPS = [1, 2, 5];
export const SECONDS_IN = { second: 1, minute: 60, hour: 3600 } as const;

/** In what a time is told, or an axis that goes as far. */
export function unitOf(seconds: number): keyof typeof SECONDS_IN {
  return seconds < 120 ? 'second' : seconds < 7200 ? 'minute' : 'hour';
}

/**
 * Marks of an axis from 0 to a round number that is not below any value.
 *
 * @param most the greatest value; none below 0.
 * @param about so many steps at most.
 * @param least the smallest step: 1 for what is counted, 60 for minutes in seconds.
 */
export function ticks(most: number, about: number, least = 1): number[] {
  let step = least;
  for (let power = least; most / step > about; power *= 10) {
    step = STEPS.map((factor) => factor * power).find((each) => most / each <= about) ?? power * 10;
  }
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, place) => place * step);
}

/** Every how many places a label stands, so that there are no more than fit: 1, 2, 3, 6, 12, 24, 48 … for hours and days. */
export function every(places: number, fit: number): number {
  for (const step of [1, 2, 3, 4, 6, 8, 12]) if (places / step <= fit) return step;
  let step = 24;
  while (places / step > fit) step *= 2;
  return step;
}

/** The sums of a stack, from its foot up: where each part begins and ends. */
export function stacked(values: readonly number[]): { from: number; to: number }[] {
  let top = 0;
  return values.map((value) => ({ from: top, to: (top += value) }));
}

/**
 * A line through points, broken where one is not known.
 *
 * @returns the runs of points that are known, one after the other.
 */
export function runs(values: readonly (number | null)[], x: (place: number) => number, y: (value: number) => number) {
  const found: { x: number; y: number; place: number }[][] = [];
  let before = -2;
  values.forEach((value, place) => {
    if (value === null) return;
    if (place !== before + 1) found.push([]);
    found.at(-1)?.push({ x: x(place), y: y(value), place });
    before = place;
  });
  return found;
}

/** What SVG's `d` or `points` want: numbers to a tenth of a unit. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
