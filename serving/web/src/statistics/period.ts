/** Which time the figures are of: in whole days of this station. */

export const CHOICES = ['today', 'yesterday', 'week', 'own'] as const;
export type Choice = (typeof CHOICES)[number];

export interface Period {
  since: Date;
  until: Date;
  bucket: 'hour' | 'day';
}

/** Hours are shown up to so many days; the service gives at most 400 buckets. */
const HOURLY_DAYS = 2;
export const MOST_DAYS = 400;
const WEEK_DAYS = 7;

/**
 * The time that a choice stands for.
 *
 * @param from the first day of an own time, `2026-11-24`.
 * @param to its last day.
 * @returns null where the own time is none: a day is missing, it ends before it begins, or is too long.
 */
export function periodOf(choice: Choice, now: Date, from: string, to: string): Period | null {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  switch (choice) {
    case 'today':
      return whole(today, today);
    case 'yesterday':
      return whole(later(today, -1), later(today, -1));
    case 'week':
      return whole(later(today, 1 - WEEK_DAYS), today);
    case 'own': {
      const [first, last] = [day(from), day(to)];
      if (!first || !last || last < first || daysFrom(first, last) > MOST_DAYS) return null;
      return whole(first, last);
    }
  }
}

function whole(first: Date, last: Date): Period {
  return { since: first, until: later(last, 1), bucket: daysFrom(first, last) <= HOURLY_DAYS ? 'hour' : 'day' };
}

/** A day has 23 or 25 hours where the clocks are changed: days are counted on the calendar. */
function later(date: Date, days: number): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
}

/** How many days there are, both counted. */
function daysFrom(first: Date, last: Date): number {
  return Math.round((last.getTime() - first.getTime()) / 86_400_000) + 1;
}

function day(text: string): Date | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return parts ? new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])) : null;
}
