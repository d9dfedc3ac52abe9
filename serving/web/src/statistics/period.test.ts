import { describe, expect, it } from 'vitest';

import { MOST_DAYS, periodOf } from './period';

const NOW = new Date(2026, 10, 24, 15, 30);

describe('a period', () => {
  it('is today, from midnight to midnight, in hours', () => {
    expect(periodOf('today', NOW, '', '')).toEqual({
      since: new Date(2026, 10, 24),
      until: new Date(2026, 10, 25),
      bucket: 'hour',
    });
  });

  it('is yesterday', () => {
    expect(periodOf('yesterday', new Date(2026, 0, 1, 8), '', '')).toEqual({
      since: new Date(2025, 11, 31),
      until: new Date(2026, 0, 1),
      bucket: 'hour',
    });
  });

  it('is the last seven days with today, in days', () => {
    expect(periodOf('week', NOW, '', '')).toEqual({
      since: new Date(2026, 10, 18),
      until: new Date(2026, 10, 25),
      bucket: 'day',
    });
  });

  it.each([
    ['2026-11-24', '2026-11-24', 'hour', 1],
    ['2026-11-23', '2026-11-24', 'hour', 2],
    ['2026-11-22', '2026-11-24', 'day', 3],
    ['2026-03-01', '2026-04-30', 'day', 61],
  ] as const)('is %s to %s, both with all their hours, in parts of a %s', (from, to, bucket, days) => {
    const period = periodOf('own', NOW, from, to);
    expect(period?.bucket).toBe(bucket);
    const hours = ((period?.until.getTime() ?? 0) - (period?.since.getTime() ?? 0)) / 3_600_000;
    expect(Math.round(hours / 24)).toBe(days);
    expect(period?.until.getHours()).toBe(0);
  });

  it.each([
    ['', ''],
    ['2026-11-24', ''],
    ['2026-11-24', '2026-11-23'],
    ['2025-01-01', '2026-11-24'],
    ['soon', 'later'],
  ])('is none from %s to %s', (from, to) => {
    expect(periodOf('own', NOW, from, to)).toBeNull();
  });

  it('is as long as the service allows', () => {
    const last = new Date(2026, 0, MOST_DAYS);
    const to = `${last.getFullYear()}-${String(last.getMonth() + 1).padStart(2, '0')}-${String(last.getDate()).padStart(2, '0')}`;
    expect(periodOf('own', NOW, '2026-01-01', to)).not.toBeNull();
    expect(periodOf('own', NOW, '2025-12-31', to)).toBeNull();
  });
});
