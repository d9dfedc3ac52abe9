/** The form of a search's outcome: what is typed, and what is sent of it. */

import type { Schema } from '../api/client';
import type { Codes, NewOutcome, Verdict } from './types';

export interface TypedItem {
  key: string;
  label: string;
  where: string;
  count: number | null;
  amount: string;
  currency: string;
  weight: number | null;
  description: string;
}

export interface Typed {
  found: boolean | null;
  items: TypedItem[];
  seizureNumber: string;
  note: string;
}

/** What is found and is of no class. */
export const OTHER = 'other';

export function blankItem(label = ''): TypedItem {
  const nothing = { where: '', count: null, amount: '', currency: '', weight: null, description: '' };
  return { key: crypto.randomUUID(), label, ...nothing };
}

export function blank(): Typed {
  return { found: null, items: [], seizureNumber: '', note: '' };
}

/** Classes that officers named when they had the parcel searched, each once: most likely they are what was found. */
export function expected(verdicts: readonly Verdict[]): string[] {
  const boxes = verdicts.at(-1)?.boxes ?? [];
  return [...new Set(boxes.filter(({ action }) => action !== 'rejected').map(({ label }) => label))];
}

/** Cash is told by its amount. */
export function isCash(label: string, codes: Codes): boolean {
  return codes.labels.some((known) => known.label === label && known.group === 'cash');
}

/** What is sent; null where it is not said whether anything was found. */
export function outcomeOf({ found, items, seizureNumber, note }: Typed): NewOutcome | null {
  if (found === null) return null;
  return {
    found,
    items: found ? items.map(itemOf) : [],
    seizure_number: (found && seizureNumber.trim()) || null,
    note: note.trim() || null,
  };
}

function itemOf({ label, where, count, amount, currency, weight, description }: TypedItem): Schema['FoundItem'] {
  const sum = amount.trim() || null;
  return {
    label,
    where: where as Schema['FoundItem']['where'],
    count,
    amount: sum,
    currency: sum && currency ? currency : null,
    weight_g: weight,
    description: description.trim() || null,
  };
}
