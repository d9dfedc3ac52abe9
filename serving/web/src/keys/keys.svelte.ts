/** The keys of the page: each part says which it answers to while it is shown, and `?` shows them all. */

import { station } from '../station/station.svelte';
import type { Key } from '../words/catalogues';

export interface Binding {
  /** As `KeyboardEvent.key` has it, with `Shift+` before a letter that takes it: `n`, `Shift+R`, `F2`, `Enter`. */
  key: string;
  /** What it does, in the catalogue. */
  says: Key;
  /** Left out where a part with keys of its own answers. */
  run?: () => void;
}

interface KeySet {
  title: Key;
  bindings: readonly Binding[];
}

/** Those that are shown now, the latest last. */
class KeySets {
  list: readonly KeySet[] = $state.raw([]);
}
export const keySets = new KeySets();

const SINGLE_LETTER = /^\p{L}$/u;

/** Has a set of keys answered to until what it returns is called: `onMount(() => useKeys(…))`. */
export function useKeys(title: Key, bindings: readonly Binding[]): () => void {
  const added: KeySet = { title, bindings };
  keySets.list = [...keySets.list, added];
  return () => {
    keySets.list = keySets.list.filter((set) => set !== added);
  };
}

/** Has whoever typed a key answered by the latest part that knows it. */
export function answerKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  // What is typed into a form is text; and a dialog has the keyboard to itself.
  if (event.target instanceof Element && takesText(event.target)) return;
  if (document.querySelector('dialog[open]')) return;
  const typed = nameOf(event);
  if (!station.letterKeys && SINGLE_LETTER.test(typed)) return;
  for (const set of keySets.list.toReversed()) {
    const binding = set.bindings.find(({ key }) => key === typed);
    if (binding?.run) {
      event.preventDefault();
      binding.run();
      return;
    }
  }
}

/** How a key is called here. */
export function nameOf(event: KeyboardEvent): string {
  return event.shiftKey && SINGLE_LETTER.test(event.key) ? `Shift+${event.key.toUpperCase()}` : event.key;
}

function takesText(element: Element): boolean {
  return element.closest('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]') !== null;
}
