/** Where in the page somebody is: the part of the address behind `#`, which the service never sees. */

import { PAGES, type PageName } from './pages';

interface Route {
  /** Null at the beginning of all: the page of the role. */
  page: PageName | null;
  /** What follows: the id of a scan, or a stage. */
  id: string;
}

export const route: Route = $state(parse(location.hash));

window.addEventListener('hashchange', () => Object.assign(route, parse(location.hash)));

/** The address of a page, for links. */
export function to(page: PageName, id = ''): string {
  return id ? `#/${page}/${encodeURIComponent(id)}` : `#/${page}`;
}

/** Goes there. What is shown changes with whatever else the caller changes, not when the browser tells of the address. */
export function go(page: PageName, id = ''): void {
  Object.assign(route, { page, id });
  location.hash = to(page, id);
}

/** Goes where the role of whoever is there begins. */
export function goHome(): void {
  Object.assign(route, { page: null, id: '' });
  location.hash = '';
}

function parse(hash: string): Route {
  const [, name = '', id = ''] = hash.split('/');
  return { page: PAGES.find((page) => page === name) ?? null, id: decoded(id) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
