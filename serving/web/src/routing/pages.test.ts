import { describe, expect, it } from 'vitest';

import { PAGES, mayOpen, pageFor } from './pages';

const ROLES = ['operator', 'supervisor', 'engineer', 'auditor', 'admin'] as const;

describe('the page that somebody is shown', () => {
  it.each(ROLES)('is one that %s may open, whoever sat there before', (role) => {
    for (const page of [null, ...PAGES]) expect(mayOpen(role, pageFor(role, page))).toBe(true);
  });

  it('is the one that was asked for, where they may open it', () => {
    expect(pageFor('auditor', 'audit')).toBe('audit');
    expect(pageFor('operator', 'parcel')).toBe('parcel');
  });

  it('is that where their role begins, where they may not', () => {
    expect(pageFor('admin', 'queue')).toBe('people');
    expect(pageFor('admin', null)).toBe('people');
    expect(pageFor('operator', 'people')).toBe('queue');
    expect(pageFor('auditor', 'parcel')).toBe('queue');
  });
});
