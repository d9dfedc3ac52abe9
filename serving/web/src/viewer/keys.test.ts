import { expect, it } from 'vitest';

import { commandOf, COMMANDS, isTyping, VIEWER_KEYS } from './keys';

function pressed(key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) {
  return commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });
}

it('gives each key one meaning', () => {
  const keys = COMMANDS.flatMap((command) => VIEWER_KEYS[command]);
  expect(new Set(keys).size).toBe(keys.length);
});

it('knows letters with and without caps lock, and arrows with and without shift', () => {
  expect(pressed('i')).toBe('inverse');
  expect(pressed('I')).toBe('inverse');
  expect(pressed('ArrowUp')).toBe('up');
  expect(pressed('ArrowUp', { shiftKey: true })).toBe('level_up');
  // A plus needs shift on some keyboards.
  expect(pressed('+', { shiftKey: true })).toBe('zoom_in');
  expect(pressed('7')).toBe('select');
});

it("leaves the browser's and the page's keys alone", () => {
  expect(pressed('i', { ctrlKey: true })).toBeNull();
  expect(pressed('i', { altKey: true })).toBeNull();
  expect(pressed('I', { shiftKey: true })).toBeNull();
  expect(pressed('z', { ctrlKey: true })).toBe('undo');
  expect(pressed('z', { metaKey: true })).toBe('undo');
  expect(pressed('Enter')).toBeNull();
});

it('leaves keys to who is writing', () => {
  document.body.innerHTML = '<input id="a"><div role="dialog"><button id="b"></button></div><button id="c"></button>';
  const isTypingIn = (id: string) => isTyping(document.getElementById(id));
  expect(['a', 'b', 'c'].map(isTypingIn)).toEqual([true, true, false]);
});
