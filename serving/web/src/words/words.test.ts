import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse, type AST } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';

import { set } from '../station/station.svelte';
import { CATALOGUES, LOCALES, type Key, type Text } from './catalogues';
import { explainProblem } from './explain';
import { number, t, word } from './words';

const SOURCES = join(import.meta.dirname, '..');
/** What is the same in all languages. */
const NO_WORDS = /^(parcelray|g|[^\p{L}]*)$/u;
const READ_ALOUD = new Set(['alt', 'aria-label', 'aria-description', 'placeholder', 'title']);

function files(ending: string): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf-8' }).filter((name) => name.endsWith(ending));
}

/** The texts and the attributes for people that are written into a component. */
function hardCoded(source: string): string[] {
  const found: string[] = [];
  const look = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(look);
    if (typeof node !== 'object' || node === null) return;
    const { type } = node as { type?: string };
    if (type === 'Text') found.push((node as AST.Text).data.trim());
    // What is no text for people: classes, addresses, types of fields.
    if (type === 'StyleDirective') return;
    if (type === 'Attribute' && !READ_ALOUD.has((node as AST.Attribute).name)) return;
    Object.values(node).forEach(look);
  };
  look(parse(source, { modern: true }).fragment);
  return found.filter((text) => !NO_WORDS.test(text));
}

/** The places for values in each form; that for one may say "the" instead of its number. */
function placesIn(text: Text): string[][] {
  const forms = typeof text === 'string' ? { other: text } : text;
  return Object.entries(forms).map(([rule, form]) => {
    const places = [...form.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '');
    if (rule === 'one' && !places.includes('n')) places.push('n');
    return places.sort();
  });
}

describe('the catalogues', () => {
  const keys = Object.keys(CATALOGUES.en) as Key[];

  it.each(LOCALES)('%s has the same keys as English', (locale) => {
    expect(Object.keys(CATALOGUES[locale]).sort()).toEqual([...keys].sort());
  });

  it.each(LOCALES)('%s has the same places for values as English, in all its forms', (locale) => {
    for (const key of keys) {
      const expected = placesIn(CATALOGUES.en[key] as Text)[0];
      for (const places of placesIn(CATALOGUES[locale][key] as Text)) expect(places, key).toEqual(expected);
    }
  });

  it.each(LOCALES)('%s has the plural forms that the language needs', (locale) => {
    const needed = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const key of keys) {
      const text = CATALOGUES[locale][key] as Text;
      if (typeof text !== 'string') expect(Object.keys(text), key).toEqual(expect.arrayContaining(needed));
    }
  });

  it.each(LOCALES)('%s never says that a parcel is clear', (locale) => {
    const said = JSON.stringify(CATALOGUES[locale]).toLowerCase();
    expect(said).not.toMatch(/\b(is clear|all clear|cleared|harmless|sans danger|inoffensi[fv]|inofensiv|sin peligro)\b/);
  });

  it('has each key used somewhere, or a family of codes', () => {
    const sources = [...files('.svelte'), ...files('.ts')].map((name) => readFileSync(join(SOURCES, name), 'utf-8')).join();
    const families = new Set([...sources.matchAll(/word\('(\w+)'/g)].map((found) => found[1]));
    const templates = [...sources.matchAll(/`([\w.]+\.)\$\{/g)].map((found) => found[1] ?? '');
    const unused = keys.filter(
      (key) =>
        !sources.includes(`'${key}'`) &&
        !families.has(key.split('.')[0]) &&
        !templates.some((beginning) => key.startsWith(beginning)),
    );
    expect(unused).toEqual([]);
  });
});

describe('the components', () => {
  it.each(files('.svelte'))('%s says nothing that stands in no catalogue', (name) => {
    expect(hardCoded(readFileSync(join(SOURCES, name), 'utf-8'))).toEqual([]);
  });

  it('would be caught at it', () => {
    expect(hardCoded('<p class="x">Hello {1} <img alt="a face" src="y"></p>')).toEqual(['Hello', 'a face']);
  });
});

describe('words', () => {
  it('follow the station and put values in their places', () => {
    set('locale', 'en');
    expect(t('queue.waiting', { n: 1 })).toBe('1 parcel waits');
    expect(t('queue.waiting', { n: 1200 })).toBe('1,200 parcels wait');
    expect(number(0.5)).toBe('0.5');
    set('locale', 'fr');
    expect(t('queue.waiting', { n: 0 })).toBe('0 colis attend');
    expect(number(0.5)).toBe('0,5');
    expect(word('label', 'long_gun')).toBe('Arme longue');
    set('locale', 'en');
  });

  it('take what is in a value for a value', () => {
    expect(t('facts.first', { by: '{decision}', decision: '$&' })).toBe('{decision}: $&');
  });

  it('show a code that the catalogue lacks, such as a class of the hub’s own', () => {
    expect(word('label', 'elephant_tusk')).toBe('elephant tusk');
  });

  it('explain problems, and give the service’s own words where they know none', () => {
    const problem = { type: 'urn:parcelray:problem:other-stage', title: '', status: 409, detail: 'said', request_id: '' };
    expect(explainProblem(problem)).toContain('was decided meanwhile');
    expect(explainProblem({ ...problem, type: 'urn:parcelray:problem:brand-new' })).toBe('said');
  });
});
