/** What an operator has chosen to see: plain data, so that it can be kept, sent and undone. */
import { clamp } from './matrix';

export type Penetration = 'normal' | 'high' | 'low';
export type Strip = 'none' | 'organic' | 'inorganic';

export interface Tools {
  /** Grey alone, without the colours of materials. */
  readonly grey: boolean;
  readonly inverse: boolean;
  /** `high` shows what lies behind dense things, `low` what is thin. */
  readonly penetration: Penetration;
  /** The material that is taken back to a pale shade. */
  readonly strip: Strip;
  readonly edges: boolean;
  /** Super enhancement: contrast within each neighbourhood, dense and thin ones alike. */
  readonly local: boolean;
  /** Of the display: above 1 is brighter. */
  readonly gamma: number;
  /** The middle of the densities that are told apart, and how many: shares of all densities. */
  readonly level: number;
  readonly width: number;
}

export type Range = 'gamma' | 'level' | 'width';
export type Switch = 'grey' | 'inverse' | 'edges' | 'local';

export const PLAIN: Tools = {
  grey: false,
  inverse: false,
  penetration: 'normal',
  strip: 'none',
  edges: false,
  local: false,
  gamma: 1,
  level: 0.5,
  width: 1,
};

const NAMES = Object.keys(PLAIN) as (keyof Tools)[];

export const RANGES: Readonly<Record<Range, { least: number; most: number; step: number }>> = {
  gamma: { least: 0.3, most: 3, step: 0.1 },
  level: { least: 0, most: 1, step: 0.02 },
  width: { least: 0.04, most: 1, step: 0.04 },
};

export function switched(tools: Tools, which: Switch): Tools {
  return { ...tools, [which]: !tools[which] };
}

/** Choosing what is chosen takes it back. */
export function penetrating(tools: Tools, how: Exclude<Penetration, 'normal'>): Tools {
  return { ...tools, penetration: tools.penetration === how ? 'normal' : how };
}

export function stripping(tools: Tools, what: Exclude<Strip, 'none'>): Tools {
  return { ...tools, strip: tools.strip === what ? 'none' : what };
}

/** Set within its range. */
export function adjusted(tools: Tools, range: Range, value: number): Tools {
  const { least, most } = RANGES[range];
  // Steps of a keyboard add up to fractions that no slider has.
  return { ...tools, [range]: clamp(Math.round(value * 1000) / 1000, least, most) };
}

export function stepped(tools: Tools, range: Range, steps: number): Tools {
  return adjusted(tools, range, tools[range] + steps * RANGES[range].step);
}

export function isPlain(tools: Tools): boolean {
  return NAMES.every((name) => tools[name] === PLAIN[name]);
}

/** Tools with those before them. */
export interface History {
  readonly now: Tools;
  readonly before: readonly Tools[];
}

const MOST_KEPT = 50;
const RANGE_NAMES = Object.keys(RANGES) as Range[];

/** A change that can be undone. One slider's movement is one change, however many positions it passes. */
export function changed(history: History, tools: Tools): History {
  const last = history.before.at(-1);
  const slides = RANGE_NAMES.some(
    (name) =>
      last !== undefined &&
      last[name] !== history.now[name] &&
      sameBut(name, last, history.now) &&
      sameBut(name, history.now, tools),
  );
  if (slides) return { now: tools, before: history.before };
  return { now: tools, before: [...history.before, history.now].slice(-MOST_KEPT) };
}

export function undone(history: History): History {
  const last = history.before.at(-1);
  return last === undefined ? history : { now: last, before: history.before.slice(0, -1) };
}

function sameBut(name: Range, one: Tools, other: Tools): boolean {
  return NAMES.every((each) => each === name || one[each] === other[each]);
}
