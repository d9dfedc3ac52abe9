/**
 * What an officer decided, until the service has answered that it is kept.
 *
 * Each entry has a key of its own (Idempotency-Key), with which it is sent until an answer comes: what got lost on the way
 * is sent again, and what arrived twice counts once. Entries outlive the page and the browser, and are sent for the
 * officer alone who made them.
 */

import { answered, api, Refused, Unreachable, type Problem, type Schema } from '../api/client';
import { session } from '../session/session.svelte';

interface Common {
  key: string;
  /** The account that decided. */
  by: string;
  scanId: string;
  at: string;
  /** Why the service will not have it; null while it may. */
  problem: Problem | null;
}
export type Entry = Common &
  (
    | { kind: 'verdict'; body: Schema['NewVerdict'] }
    | { kind: 'outcome'; body: Schema['NewOutcome'] }
  );
type New = Entry extends infer E ? (E extends Entry ? Omit<E, keyof Common> & { scanId: string } : never) : never;

/** Each entry lies in a place of its own, so that two tabs of one officer do not lose each other's. */
const PLACE = 'parcelray.outbox.';
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;
/** Where the same request may be answered otherwise later. */
const LATER = new Set([401, 408, 425, 429, 500, 502, 503, 504, 507]);

export const outbox: { entries: Entry[] } = $state({ entries: load() });

let sending: Promise<void> | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let pause = FIRST_PAUSE_MS;
const sent = new Set<(entry: Entry) => void>();

/** Have a function told of each entry that the service has kept; what it returns ends that. */
export function onSent(listener: (entry: Entry) => void): () => void {
  sent.add(listener);
  return () => sent.delete(listener);
}

/** Those of whoever is signed in that wait for an answer. */
export function waiting(): Entry[] {
  return outbox.entries.filter((entry) => entry.by === session.name && entry.problem === null);
}

/** Those of whoever is signed in that the service refused. */
export function refused(): Entry[] {
  return outbox.entries.filter((entry) => entry.by === session.name && entry.problem !== null);
}

/** How many of others wait for their makers to sign in. */
export function ofOthers(): number {
  return outbox.entries.filter((entry) => entry.by !== session.name).length;
}

/** Keeps a decision and sends it. */
export function put(entry: New): void {
  const common = { key: crypto.randomUUID(), by: session.name, at: new Date().toISOString(), problem: null };
  const added: Entry = { ...common, ...entry };
  outbox.entries.push(added);
  save(added);
  void flush();
}

/** Takes an entry out that was refused. */
export function drop(key: string): void {
  outbox.entries = outbox.entries.filter((entry) => entry.key !== key);
  localStorage.removeItem(PLACE + key);
}

/** Sends what waits, oldest first, one after the other. Settles when all is sent, or the service does not answer. */
export function flush(): Promise<void> {
  sending ??= sendAll().finally(() => {
    sending = null;
  });
  return sending;
}

async function sendAll(): Promise<void> {
  clearTimeout(timer);
  try {
    for (let entry = waiting()[0]; entry && session.state === 'in'; entry = waiting()[0]) {
      await send(entry);
      pause = FIRST_PAUSE_MS;
    }
  } catch {
    timer = setTimeout(() => void flush(), pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}

/** Sends one entry, once. Throws where it is to be sent again. */
async function send(entry: Entry): Promise<void> {
  try {
    await post(entry);
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    if (!(error instanceof Refused)) throw error;
    if (LATER.has(error.problem.status) || error.kind === 'request-in-flight') throw error;
    const kept = outbox.entries.find((other) => other.key === entry.key);
    if (kept) {
      kept.problem = error.problem;
      save(kept);
    }
    return;
  }
  drop(entry.key);
  for (const listener of sent) listener(entry);
}

async function post(entry: Entry): Promise<void> {
  const params = { path: { scan_id: entry.scanId }, header: { 'Idempotency-Key': entry.key } };
  if (entry.kind === 'verdict') {
    await answered(api.POST('/v1/scans/{scan_id}/verdict', { params, body: entry.body }));
  } else {
    await answered(api.POST('/v1/scans/{scan_id}/outcome', { params, body: entry.body }));
  }
}

function save(entry: Entry): void {
  try {
    localStorage.setItem(PLACE + entry.key, JSON.stringify(entry));
  } catch {
    // No room on this station: it is sent all the same, while the page is open.
  }
}

function read(place: string): Entry[] {
  try {
    return [JSON.parse(localStorage.getItem(place) ?? '') as Entry];
  } catch {
    // Not written by this page.
    return [];
  }
}

function load(): Entry[] {
  const places = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '');
  const entries = places.filter((place) => place.startsWith(PLACE)).flatMap(read);
  return entries.sort((one, other) => one.at.localeCompare(other.at));
}
