/** What the page says, in the station's language. Only called while something is shown, so that it follows a change. */

import { station } from '../station/station.svelte';
import { SECONDS_IN, unitOf } from '../statistics/scale';
import { CATALOGUES, isKey, type Key, type Text } from './catalogues';

export type Values = Record<string, string | number>;

/**
 * A sentence of the catalogue, with values in the places of `{name}`. Numbers are written as the language does;
 * where the sentence has plural forms, the value `n` chooses.
 */
export function t(key: Key, values: Values = {}): string {
  const text: Text = CATALOGUES[station.locale][key];
  const chosen = typeof text === 'string' ? text : (text[plural(values.n)] ?? text.other);
  return chosen.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === 'number' ? number(value) : value;
  });
}

/** The word for a code that the service gave, or the code itself where the page knows no word for it. */
export function word(family: string, code: string): string {
  const key = `${family}.${code}`;
  return isKey(key) ? t(key) : code.replaceAll('_', ' ');
}

export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  return numbers(options).format(value);
}

export function percent(share: number): string {
  return number(share, { style: 'percent', maximumFractionDigits: 0 });
}

/** A moment as the service writes it, in the time of this station; to the second where it is `medium`. */
export function moment(iso: string, timeStyle: 'short' | 'medium' = 'short'): string {
  return times({ dateStyle: 'medium', timeStyle }).format(new Date(iso));
}

export function clock(iso: string): string {
  return times({ timeStyle: 'medium' }).format(new Date(iso));
}

/** An hour of the day, as short as it can be: `06`. */
export function hour(iso: string): string {
  return times({ hour: '2-digit' }).format(new Date(iso));
}

/** A day of the year: `24 Nov`. */
export function day(iso: string): string {
  return times({ day: 'numeric', month: 'short' }).format(new Date(iso));
}

/** How long something took, in the unit that fits unless another is wanted. */
export function duration(seconds: number, unit = unitOf(seconds)): string {
  const value = seconds / SECONDS_IN[unit];
  return number(value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** An exact decimal number of a currency. */
export function money(amount: string, currency: string): string {
  const options = { style: 'currency', currency, currencyDisplay: 'code', maximumFractionDigits: 4 } as const;
  return numbers(options).format(amount as Intl.StringNumericLiteral);
}

const numbers = kept<Intl.NumberFormatOptions, Intl.NumberFormat>((...how) => new Intl.NumberFormat(...how));
const times = kept<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>((...how) => new Intl.DateTimeFormat(...how));
const plurals = kept<Intl.PluralRulesOptions, Intl.PluralRules>((...how) => new Intl.PluralRules(...how));

function plural(n: string | number | undefined): Intl.LDMLPluralRule {
  return plurals({}).select(Number(n ?? 0));
}

/** Formats of the station's language, each made once: making one takes longer than all that a page has it write. */
function kept<Options, Format>(make: (locale: string, options: Options) => Format): (options: Options) => Format {
  const made = new Map<string, Format>();
  return (options) => {
    // The language's most widespread way to write numbers and dates.
    const locale = CATALOGUES[station.locale]['language.format'];
    const key = `${locale} ${JSON.stringify(options)}`;
    const format = made.get(key) ?? make(locale, options);
    made.set(key, format);
    return format;
  };
}
