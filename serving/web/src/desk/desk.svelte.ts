/**
 * The parcel in front of an officer, and the one after it, which is claimed and fetched meanwhile.
 *
 * Claims are renewed while the officer is active. One that ran out, or that another officer has taken, is told; what the
 * officer has done to the parcel stays in its draft.
 */

import { answered, api, Refused } from '../api/client';
import { onConnected, onEvent } from '../live/live.svelte';
import { session } from '../session/session.svelte';
import { codes } from './codes.svelte';
import { forgetDraft } from './draft.svelte';
import { flush, onSent, put, waiting } from './outbox.svelte';
import type { Entry, NewVerdict, Scan, Stage } from './types';

/** Whoever has not touched anything for so long is away. */
const ACTIVE_MS = 60_000;
const LOOK_MS = 1000;
const PARTS_OF_CLAIM = 3;

export interface Held {
  entry: Entry;
  scan: Scan;
  /** When the claim runs out, by this station's clock. */
  until: number;
  /** Whose it is instead; '' where the claim ran out and nobody has taken it. */
  lost: string | null;
}

interface Desk {
  current: Held | null;
  next: Held | null;
  /** Whether a parcel is being asked for. */
  isAsking: boolean;
  /** Whether nothing was waiting when last asked. */
  isEmpty: boolean;
  /** Milliseconds that the claim of the parcel in front holds; told while it is short. */
  left: number;
}

export const desk: Desk = $state({ current: null, next: null, isAsking: false, isEmpty: false, left: 0 });

/** Those that supervisors take are not handed out with the others. */
type From = 'escalated' | null;
let from: From = null;
let activeAt = Date.now();
let renewing = false;
let fetching: Promise<void> | null = null;
let giving: Promise<unknown> | null = null;

/** Watches over the claims until what it returns is called. */
export function attend(): () => void {
  const touched = (): void => {
    activeAt = Date.now();
  };
  window.addEventListener('pointerdown', touched);
  window.addEventListener('pointermove', touched);
  window.addEventListener('keydown', touched);
  const timer = setInterval(look, LOOK_MS);
  const ends = [
    onSent((sent) => {
      if (sent.kind === 'verdict') forgetDraft(sent.by, sent.scanId);
      prefetch();
    }),
    onEvent(({ kind, data }) => {
      if (kind === 'claimed') notice(JSON.parse(data) as Entry);
      if (kind === 'queued' || kind === 'released') prefetch();
    }),
    onConnected(() => void renew()),
  ];
  return () => {
    window.removeEventListener('pointerdown', touched);
    window.removeEventListener('pointermove', touched);
    window.removeEventListener('keydown', touched);
    clearInterval(timer);
    for (const end of ends) end();
    Object.assign(desk, { current: null, next: null, isEmpty: false });
    from = null;
  };
}

/**
 * Puts the next parcel in front: the one that was fetched meanwhile, else the one that the service gives.
 *
 * @throws {Refused} the service gives none.
 * @throws {Unreachable} it does not answer.
 */
export async function takeNext(stage: From = from): Promise<void> {
  if (desk.isAsking) return;
  from = stage;
  desk.isAsking = true;
  try {
    // What is on its way is the next one; and a verdict that has not arrived still holds its parcel.
    await Promise.all([fetching, giving]);
    if (!desk.next) await flush();
    desk.current = desk.next ?? (await claimNext());
    desk.next = null;
    desk.isEmpty = desk.current === null;
  } finally {
    desk.isAsking = false;
  }
  prefetch();
}

/**
 * Puts a certain parcel in front, claimed or claimed again.
 *
 * @throws {Refused} another officer holds it, or nothing is to be decided about it.
 * @throws {Unreachable} the service does not answer.
 */
export async function take(scanId: string): Promise<void> {
  // It may be one of those that are just being given back.
  await giving;
  const held = await claim(scanId);
  from = held.entry.stage === 'escalated' ? 'escalated' : null;
  if (desk.next?.entry.scan_id === scanId) desk.next = null;
  desk.current = held;
  desk.isEmpty = false;
  prefetch();
}

/** Goes on with what the officer held before the page was loaded. */
export async function resume(mine: readonly Entry[]): Promise<void> {
  const [current, next] = await takeAgain(mine);
  desk.current = current ?? null;
  desk.next = next ?? null;
}

/** Decides the parcel in front and puts the next one there. Whether the network is there does not matter. */
export function decide(verdict: NewVerdict): void {
  if (!desk.current) return;
  put({ kind: 'verdict', scanId: desk.current.entry.scan_id, body: verdict });
  desk.current = desk.next;
  desk.next = null;
}

/**
 * Gives the parcel in front back to the queue, and the one that was fetched. What cannot be said now runs out.
 * Settles when the service knows.
 */
export function giveBack(): Promise<unknown> {
  const held = [desk.current, desk.next];
  Object.assign(desk, { current: null, next: null });
  giving = Promise.all(held.map((one) => one?.lost === null && release(one.entry.scan_id)));
  return giving;
}

/** Whether the officer may decide what is in front: those whom it was taken from may not. */
export function mayDecide(): boolean {
  return desk.current !== null && !desk.current.lost;
}

async function claimNext(): Promise<Held | null> {
  const query: { stage?: Extract<Stage, 'escalated'> } = from === null ? {} : { stage: from };
  return heldOf(await answered(api.POST('/v1/queue/next', { params: { query } })));
}

async function release(scanId: string): Promise<void> {
  const params = { path: { scan_id: scanId } };
  await answered(api.DELETE('/v1/scans/{scan_id}/claim', { params })).catch(() => null);
}

async function claim(scanId: string): Promise<Held> {
  const params = { path: { scan_id: scanId } };
  const held = heldOf(await answered(api.POST('/v1/scans/{scan_id}/claim', { params })));
  if (!held) throw new Error('a claim without a parcel');
  return held;
}

function heldOf({ entry, scan }: { entry: Entry | null; scan: Scan | null }): Held | null {
  return entry && scan ? { entry, scan, until: Date.now() + claimMs(), lost: null } : null;
}

function claimMs(): number {
  return (codes()?.claim_s ?? 0) * 1000;
}

/** Claims the parcel after this one. A verdict that is not kept yet still holds its parcel, so that comes first. */
function prefetch(): void {
  if (!desk.current || desk.next || fetching || desk.isAsking || waiting().length > 0 || from !== null) return;
  if (desk.current.lost !== null || !isActive()) return;
  fetching = fetchNext().finally(() => {
    fetching = null;
  });
}

async function fetchNext(): Promise<void> {
  try {
    desk.next = await claimNext();
  } catch (error) {
    // Otherwise it is asked for when it is needed.
    if (error instanceof Refused && error.kind === 'too-many-claims') await resumeMine();
  }
}

/** A page that was loaded again does not know what was claimed before. */
async function resumeMine(): Promise<void> {
  try {
    const { mine } = await answered(api.GET('/v1/queue', { params: { query: { limit: 1 } } }));
    const [next] = await takeAgain(mine);
    desk.next = next ?? null;
  } catch {
    // As above.
  }
}

/** Those of an officer's parcels that are not in front and not decided yet, claimed for longer. */
async function takeAgain(mine: readonly Entry[]): Promise<Held[]> {
  const decided = new Set(waiting().map(({ scanId }) => scanId));
  const open = mine.filter(({ scan_id: id }) => !decided.has(id) && id !== desk.current?.entry.scan_id);
  const held = await Promise.all(open.map(({ scan_id: id }) => claim(id).catch(() => null)));
  return held.filter((one) => one !== null);
}

function isActive(): boolean {
  return Date.now() - activeAt < ACTIVE_MS;
}

/** Renews what is about to run out while the officer is there; tells what has run out. */
function look(): void {
  const { current, next } = desk;
  desk.left = current ? Math.max(0, current.until - Date.now()) : 0;
  if (next && next.until <= Date.now()) desk.next = null;
  if (current?.lost === null && current.until <= Date.now()) current.lost = '';
  const soonest = Math.min(current?.until ?? Infinity, next?.until ?? Infinity);
  if (isActive() && soonest - Date.now() < (claimMs() * (PARTS_OF_CLAIM - 1)) / PARTS_OF_CLAIM) void renew();
}

async function renew(): Promise<void> {
  if (renewing) return;
  renewing = true;
  try {
    for (const held of [desk.current, desk.next]) {
      if (held?.lost === null) await renewOne(held);
    }
  } finally {
    renewing = false;
  }
}

async function renewOne(held: Held): Promise<void> {
  try {
    const { entry } = await claim(held.entry.scan_id);
    held.entry = entry;
    held.until = Date.now() + claimMs();
  } catch (error) {
    // Where the service does not answer, the claim goes on until it runs out.
    if (error instanceof Refused && error.problem.status === 409) lose(held, '?');
  }
}

/** Another officer has claimed something: perhaps what is in front of this one. */
function notice(entry: Entry): void {
  if (entry.claimed_by === session.name || entry.claimed_by === null) return;
  for (const held of [desk.current, desk.next]) {
    if (held?.entry.scan_id === entry.scan_id) lose(held, entry.claimed_by);
  }
}

function lose(held: Held, to: string): void {
  held.lost = to;
  if (desk.next === held) desk.next = null;
}
