/** The figures of a period, as they are by now: asked for again when something happened, though not for each parcel. */

import { answered, api, type Schema } from '../api/client';
import { onConnected, onEvent } from '../live/live.svelte';
import type { Period } from './period';

export type Statistics = Schema['StatisticsAnswer'];
export type Figures = Schema['FiguresAnswer'];

/** However much happens, a page asks once in so long. */
const BETWEEN_MS = 30_000;

interface Shown {
  statistics: Statistics | null;
  /** When they were asked for. */
  at: Date | null;
  /** Why there are none, or none that are up to date. */
  error: unknown;
}

export const shown: Shown = $state({ statistics: null, at: null, error: null });

/** What both routes are asked with. */
export function queryOf({ since, until, bucket }: Period): { since: string; until: string; bucket: 'hour' | 'day' } {
  return { since: since.toISOString(), until: until.toISOString(), bucket };
}

/**
 * Shows the figures of a period until what it returns is called.
 *
 * @param period tells which, each time: today is another day after midnight.
 */
export function follow(period: () => Period): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let askedAt = 0;
  let isOver = false;

  async function ask(): Promise<void> {
    timer = undefined;
    askedAt = Date.now();
    try {
      const statistics = await answered(api.GET('/v1/statistics', { params: { query: queryOf(period()) } }));
      if (!isOver) Object.assign(shown, { statistics, at: new Date(askedAt), error: null });
    } catch (error) {
      // What was shown stays; it is asked for again when something happens, or the connection is there again.
      if (!isOver) shown.error = error;
    }
  }

  function askSoon(): void {
    timer ??= setTimeout(() => void ask(), Math.max(0, askedAt + BETWEEN_MS - Date.now()));
  }

  Object.assign(shown, { statistics: null, at: null, error: null });
  void ask();
  const ends = [onEvent(askSoon), onConnected(askSoon)];
  return () => {
    isOver = true;
    clearTimeout(timer);
    for (const end of ends) end();
  };
}
