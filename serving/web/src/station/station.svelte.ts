/** What a station is set to: kept in this browser, whoever sits before it. */

import { LOCALES, type Locale } from '../words/catalogues';

export type Theme = 'system' | 'light' | 'dark';
/** How much of the model's boxes is shown: nothing, that there are some, or the frames themselves. */
export type CueLevel = 'none' | 'present' | 'frame';

export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
export const CUE_LEVELS: readonly CueLevel[] = ['none', 'present', 'frame'];

interface Settings {
  locale: Locale;
  theme: Theme;
  cue: CueLevel;
  /** Whether single letters are keys. Who dictates, or hits keys by mistake, turns them off (WCAG 2.1.4). */
  letterKeys: boolean;
}

const PLACE = 'parcelray.station';

function localeOfBrowser(): Locale {
  const wanted = navigator.languages.map((language) => language.split('-')[0]);
  return wanted.map((language) => LOCALES.find((locale) => locale === language)).find(Boolean) ?? 'en';
}

function oneOf<T>(values: readonly T[], value: unknown, otherwise: T): T {
  return values.find((known) => known === value) ?? otherwise;
}

function kept(): Partial<Record<keyof Settings, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function load(): Settings {
  const found = kept();
  return {
    locale: oneOf(LOCALES, found.locale, localeOfBrowser()),
    theme: oneOf(THEMES, found.theme, 'system'),
    cue: oneOf(CUE_LEVELS, found.cue, 'frame'),
    letterKeys: found.letterKeys !== false,
  };
}

export const station: Settings = $state(load());

/** Changes a setting, and keeps it. */
export function set<K extends keyof Settings>(name: K, value: Settings[K]): void {
  station[name] = value;
  localStorage.setItem(PLACE, JSON.stringify(station));
}
