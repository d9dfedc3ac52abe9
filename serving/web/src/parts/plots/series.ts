/** What plots show: values of one kind, one for each bucket of time or each class. */

import './plots.css';

export interface Series {
  name: string;
  /** Null where there is none. */
  values: readonly (number | null)[];
}

/** The widths and heights of a plot, in units of its own. */
export const WIDTH = 420;
export const HEIGHT = 150;
export const LEFT = 48;
export const RIGHT = 8;
export const TOP = 8;
export const BOTTOM = 20;
