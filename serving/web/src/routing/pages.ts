/** Which pages there are, and who may open them. The service decides what each of them is told. */

import type { Role } from '../session/session.svelte';

const ALL: readonly Role[] = ['operator', 'supervisor', 'engineer', 'auditor', 'admin'];
const READERS = ALL.filter((role) => role !== 'admin');
const AT_DESK: readonly Role[] = ['operator', 'supervisor'];

const ROLES = {
  queue: READERS,
  parcel: AT_DESK,
  waiting: READERS,
  outcome: AT_DESK,
  scans: READERS,
  scan: READERS,
  supervisor: ['supervisor', 'auditor', 'engineer'],
  people: ['admin'],
  audit: ['auditor', 'admin'],
  station: ALL,
  password: ALL,
} satisfies Record<string, readonly Role[]>;

export type PageName = keyof typeof ROLES;

export const PAGES = Object.keys(ROLES) as readonly PageName[];

export function mayOpen(role: Role, page: PageName): boolean {
  return (ROLES[page] as readonly Role[]).includes(role);
}

/** The page that is shown to somebody: the one that was asked for, or that where their role begins. */
export function pageFor(role: Role, asked: PageName | null): PageName {
  if (asked !== null && mayOpen(role, asked)) return asked;
  return role === 'admin' ? 'people' : 'queue';
}
