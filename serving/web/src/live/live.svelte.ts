/** The connection to the service: told what happens, and when it is lost, trying to come back. */

import { refusal } from '../api/client';
import { checkBuild } from './build.svelte';
import { read, type StreamEvent } from './stream';

/** The service sends something every 15 seconds, if only a comment. */
const SILENCE_MS = 35_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

interface Live {
  state: 'off' | 'connecting' | 'open' | 'lost';
  /** When the connection was lost; null while it is there. */
  lostAt: Date | null;
}

export const live: Live = $state({ state: 'off', lostAt: null });

type Listener = (event: StreamEvent) => void;
const listeners = new Set<Listener>();
const arrivals = new Set<() => void>();
let stop: AbortController | null = null;
let lastId: string | null = null;
let wake: (() => void) | null = null;

/** Have a function told of each event; what it returns ends that. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Have a function called each time that the connection is there (again); what it returns ends that. */
export function onConnected(listener: () => void): () => void {
  arrivals.add(listener);
  return () => arrivals.delete(listener);
}

/** Connects, and comes back until `disconnect`. */
export function connect(): void {
  if (stop) return;
  stop = new AbortController();
  window.addEventListener('online', retry);
  void keep(stop.signal);
}

/** Ends the connection; the next one begins with what happens then. */
export function disconnect(): void {
  stop?.abort();
  stop = null;
  lastId = null;
  window.removeEventListener('online', retry);
  Object.assign(live, { state: 'off', lostAt: null });
}

/** Tries now, not when the pause is over. */
export function retry(): void {
  wake?.();
}

async function keep(stopped: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  while (!stopped.aborted) {
    const wasOpen = await listen(stopped);
    if (stopped.aborted) return;
    if (wasOpen) pause = FIRST_PAUSE_MS;
    Object.assign(live, { state: 'lost', lostAt: live.lostAt ?? new Date() });
    // Not all stations of a hub at once.
    await rest(pause * (0.5 + Math.random()), stopped);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}

/** One connection, from its beginning to its end; whether there was one. */
async function listen(stopped: AbortSignal): Promise<boolean> {
  const silent = new AbortController();
  let watch = setTimeout(() => silent.abort(), SILENCE_MS);
  let wasOpen = false;
  if (live.state === 'off') live.state = 'connecting';
  try {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (lastId !== null) headers['Last-Event-ID'] = lastId;
    const signal = AbortSignal.any([stopped, silent.signal]);
    const response = await fetch('/v1/events', { headers, signal, credentials: 'same-origin' });
    if (!response.ok || !response.body) {
      refusal(response, await response.json().catch(() => null));
      return false;
    }
    wasOpen = true;
    Object.assign(live, { state: 'open', lostAt: null });
    void checkBuild();
    for (const arrival of arrivals) arrival();
    await read(
      response.body,
      (event) => {
        if (event.id) lastId = event.id;
        for (const listener of listeners) listener(event);
      },
      () => {
        clearTimeout(watch);
        watch = setTimeout(() => silent.abort(), SILENCE_MS);
      },
    );
  } catch {
    // It broke, or was silent for too long: the caller comes back.
  } finally {
    clearTimeout(watch);
  }
  return wasOpen;
}

function rest(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      wake = null;
      resolve();
    }
    wake = done;
    stopped.addEventListener('abort', done, { once: true });
  });
}
