/** What waits at the desk, as it is by now: asked for again whenever the service says that something changed. */

import { answered, api } from '../api/client';
import { onConnected, onEvent } from '../live/live.svelte';
import type { Queue, Stage } from './types';

/** However much happens, each station asks once in so long. */
const BETWEEN_MS = 1000;
const SHOWN = 100;

export type Waiting = Exclude<Stage, 'done'>;

interface Shown {
  /** Null: screen and second, in one order. */
  stage: Waiting | null;
  queue: Queue | null;
  /** Why there is none, or none that is up to date. */
  error: unknown;
}

export const shown: Shown = $state({ stage: null, queue: null, error: null });

let timer: ReturnType<typeof setTimeout> | undefined;
let askedAt = 0;

/** Shows a stage until what it returns is called. */
export function follow(stage: Waiting | null): () => void {
  Object.assign(shown, { stage, queue: null, error: null });
  void ask();
  const ends = [onEvent(({ kind }) => kind !== 'scan' && askSoon()), onConnected(askSoon)];
  return () => {
    clearTimeout(timer);
    timer = undefined;
    for (const end of ends) end();
  };
}

function askSoon(): void {
  timer ??= setTimeout(() => void ask(), Math.max(0, askedAt + BETWEEN_MS - Date.now()));
}

async function ask(): Promise<void> {
  timer = undefined;
  askedAt = Date.now();
  const { stage } = shown;
  const query = { limit: SHOWN, ...(stage === null ? {} : { stage }) };
  try {
    const queue = await answered(api.GET('/v1/queue', { params: { query } }));
    if (shown.stage === stage) Object.assign(shown, { queue, error: null });
  } catch (error) {
    // What was shown stays; asked again when the connection is there again.
    if (shown.stage === stage) shown.error = error;
  }
}
