/** What an officer has done to a parcel and not yet sent. It outlives a reload of the page, and a claim that runs out. */

import type { Box } from '../viewer/scan';
import type { Decision, NewVerdict, Scan } from './types';

export type Judgement = 'confirmed' | 'rejected' | 'relabelled';

interface Judged {
  action: Judgement;
  /** The class that the officer names, where it is another than the model's. */
  label: string | null;
}

interface Drawn {
  key: string;
  view: number;
  label: string;
  box: Box;
}

export interface Draft {
  scanId: string;
  /** By the key of the box: `0-2` is the third box of view 0. */
  judged: Record<string, Judged>;
  drawn: Drawn[];
  decision: Decision | null;
  reason: string | null;
  note: string;
  /** When the parcel was drawn on the screen. */
  openedAt: string | null;
}

const PLACE = 'parcelray.draft';
const THOUSANDTHS = 1000;

/** The draft of an account for a scan: the one that was kept, or an empty one. What shows it follows its changes. */
export function openDraft(account: string, scanId: string): Draft {
  const draft = $state(kept(account, scanId) ?? empty(scanId));
  return draft;
}

/** Keeps a draft as it is by now. */
export function keepDraft(account: string, draft: Draft): void {
  sessionStorage.setItem(placeOf(account, draft.scanId), JSON.stringify(draft));
}

/** Forgets a draft: its verdict is kept by the service. */
export function forgetDraft(account: string, scanId: string): void {
  sessionStorage.removeItem(placeOf(account, scanId));
}

/** Judges a box of the model's; the same judgement again takes it back. */
export function judge(draft: Draft, key: string, action: Judgement, label: string | null = null): void {
  const before = draft.judged[key];
  if (before?.action === action && before.label === label) delete draft.judged[key];
  else draft.judged[key] = { action, label };
}

/** Judges all boxes of the model's that are not judged yet. */
export function judgeRest(draft: Draft, scan: Scan, action: Exclude<Judgement, 'relabelled'>): void {
  for (const { index, detections } of scan.views) {
    for (const rank of (detections ?? []).keys()) draft.judged[`${index}-${rank}`] ??= { action, label: null };
  }
}

/** Adds a box that the model missed. */
export function addDrawn(draft: Draft, view: number, box: Box, label: string): void {
  const [x0, y0, x1, y1] = box.map((side) => Math.round(side * THOUSANDTHS) / THOUSANDTHS);
  draft.drawn.push({ key: `drawn-${crypto.randomUUID()}`, view, label, box: [x0 ?? 0, y0 ?? 0, x1 ?? 0, y1 ?? 0] });
}

/** The verdict that a draft amounts to, once it has a decision and a reason. */
export function verdictOf(draft: Draft): NewVerdict | null {
  if (draft.decision === null || draft.reason === null) return null;
  const judged = Object.entries(draft.judged).map(([key, { action, label }]) => {
    const [view = 0, rank = 0] = key.split('-').map(Number);
    return { view, rank, action, label, box: null };
  });
  const drawn = draft.drawn.map(({ view, label, box: [x0, y0, x1, y1] }) => ({
    view,
    rank: null,
    action: 'drawn' as const,
    label,
    box: [x0, y0, x1, y1] ,
  }));
  return {
    decision: draft.decision,
    reason: draft.reason,
    note: draft.note.trim() || null,
    boxes: [...judged, ...drawn],
    opened_at: draft.openedAt,
  };
}

function empty(scanId: string): Draft {
  return { scanId, judged: {}, drawn: [], decision: null, reason: null, note: '', openedAt: null };
}

function kept(account: string, scanId: string): Draft | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(placeOf(account, scanId)) ?? 'null');
    return typeof value === 'object' && value !== null ? (value as Draft) : null;
  } catch {
    return null;
  }
}

function placeOf(account: string, scanId: string): string {
  return `${PLACE}.${account}.${scanId}`;
}
