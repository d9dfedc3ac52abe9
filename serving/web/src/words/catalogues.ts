/** The catalogues: what the page says, by key, in each language. tests: words.test.ts. */

import viewerEn from '../viewer/strings.en.json';
import viewerEs from '../viewer/strings.es.json';
import viewerFr from '../viewer/strings.fr.json';
import en from './en.json';
import es from './es.json';
import fr from './fr.json';

/** A sentence, or one for each plural form that the language has (CLDR: one, many, other …). */
export type Text = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
export type Key = keyof typeof en | keyof typeof viewerEn;
type Catalogue = Record<Key, Text>;

export const CATALOGUES = {
  en: { ...en, ...viewerEn },
  fr: { ...fr, ...viewerFr },
  es: { ...es, ...viewerEs },
} satisfies Record<string, Catalogue>;

export type Locale = keyof typeof CATALOGUES;
export const LOCALES = Object.keys(CATALOGUES) as Locale[];

/** Whether the catalogue has a key that was put together from something the service said. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(CATALOGUES.en, key);
}
