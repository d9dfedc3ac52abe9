import { beforeEach, describe, expect, it } from 'vitest';

import { addDrawn, forgetDraft, judge, judgeRest, keepDraft, openDraft, verdictOf } from './draft.svelte';
import { gravest, likeliestReasons } from './judging';
import type { Codes, Scan } from './types';

function scanOf(...views: (string[] | null)[]): Scan {
  return {
    scan_id: 'a'.repeat(32),
    views: views.map((labels, index) => ({
      index,
      state: labels === null ? 'not_screened' : 'screened',
      detections: labels?.map((label) => ({ label, group: '', score: 0.5, box: [0, 0, 1, 1] })) ?? null,
    })),
  } as unknown as Scan;
}

const CODES = {
  labels: [
    { label: 'pistol', severity: 1 },
    { label: 'wiring', severity: 2 },
    { label: 'coin_roll', severity: 5 },
  ],
} as unknown as Codes;

beforeEach(() => sessionStorage.clear());

describe('a draft', () => {
  it('outlives a reload, for its officer and its scan alone, until it is forgotten', () => {
    const draft = openDraft('anna', 'one');
    judge(draft, '0-1', 'rejected');
    keepDraft('anna', draft);
    expect(openDraft('anna', 'one').judged).toEqual({ '0-1': { action: 'rejected', label: null } });
    expect(openDraft('ben', 'one').judged).toEqual({});
    expect(openDraft('anna', 'two').judged).toEqual({});
    forgetDraft('anna', 'one');
    expect(openDraft('anna', 'one').judged).toEqual({});
  });

  it('takes a judgement back that comes twice, and leaves alone what is judged when all the rest is', () => {
    const draft = openDraft('anna', 'one');
    const scan = scanOf(['pistol', 'wiring'], null, ['coin_roll']);
    judge(draft, '0-0', 'confirmed');
    judge(draft, '0-0', 'confirmed');
    expect(draft.judged).toEqual({});
    judge(draft, '0-0', 'relabelled', 'wiring');
    judge(draft, '0-0', 'relabelled', 'coin_roll');
    judgeRest(draft, scan, 'rejected');
    expect(Object.entries(draft.judged).map(([key, { action }]) => [key, action])).toEqual([
      ['0-0', 'relabelled'],
      ['0-1', 'rejected'],
      ['2-0', 'rejected'],
    ]);
  });

  it('amounts to a verdict once there is a decision with a reason', () => {
    const draft = openDraft('anna', 'one');
    expect(verdictOf(draft)).toBeNull();
    judge(draft, '2-11', 'relabelled', 'wiring');
    addDrawn(draft, 1, [1.23456, 2, 3, 4], 'coin_roll');
    Object.assign(draft, { decision: 'search', reason: 'alarm_confirmed', note: '  ', openedAt: '2026-11-24T07:30:00Z' });
    expect(verdictOf(draft)).toEqual({
      decision: 'search',
      reason: 'alarm_confirmed',
      note: null,
      boxes: [
        { view: 2, rank: 11, action: 'relabelled', label: 'wiring', box: null },
        { view: 1, rank: null, action: 'drawn', label: 'coin_roll', box: [1.235, 2, 3, 4] },
      ],
      opened_at: '2026-11-24T07:30:00Z',
    });
  });
});

describe('what is likely', () => {
  it('is a false alarm where nothing was confirmed, and what the officer named otherwise', () => {
    const draft = openDraft('anna', 'one');
    expect(likeliestReasons(scanOf([]), draft).release).toBe('nothing_highlighted_by_officer');
    expect(likeliestReasons(scanOf(['pistol']), draft)).toMatchObject({ release: 'false_alarm', search: 'alarm_confirmed' });
    expect(likeliestReasons(scanOf(['pistol'], null), draft).search).toBe('not_screened');
    judge(draft, '0-0', 'confirmed');
    expect(likeliestReasons(scanOf(['pistol'], null), draft)).toMatchObject({
      release: 'item_permitted',
      search: 'alarm_confirmed',
    });
    addDrawn(draft, 0, [0, 0, 1, 1], 'wiring');
    expect(likeliestReasons(scanOf(['pistol']), draft).search).toBe('item_drawn_by_officer');
  });

  it('knows the gravest of what the model boxed and the officer named', () => {
    const draft = openDraft('anna', 'one');
    expect(gravest(scanOf([], null), draft, CODES)).toBe(9);
    expect(gravest(scanOf(['coin_roll'], ['wiring']), draft, CODES)).toBe(2);
    judge(draft, '0-0', 'relabelled', 'pistol');
    expect(gravest(scanOf(['coin_roll']), draft, CODES)).toBe(1);
  });
});
