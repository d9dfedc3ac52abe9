import { afterEach, describe, expect, it, vi } from 'vitest';

import { set } from '../station/station.svelte';
import { COMMANDS, VIEWER_KEYS } from '../viewer/keys';
import { answerKey, keySets, nameOf, useKeys } from './keys.svelte';
import { tellViewerKeys } from './viewer_keys';

function type(key: string, options: KeyboardEventInit = {}, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options });
  Object.defineProperty(event, 'target', { value: target });
  answerKey(event);
  return event;
}

afterEach(() => {
  set('letterKeys', true);
  document.body.replaceChildren();
});

describe('keys', () => {
  it('are answered by the latest part that knows them, until it goes', () => {
    const [first, second] = [vi.fn(), vi.fn()];
    const endFirst = useKeys('keys.queue', [{ key: 'n', says: 'keys.next', run: first }]);
    const endSecond = useKeys('keys.boxes', [{ key: 'n', says: 'keys.next', run: second }]);
    expect(type('n').defaultPrevented).toBe(true);
    endSecond();
    type('n');
    endFirst();
    expect(type('n').defaultPrevented).toBe(false);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
    expect(keySets.list).toEqual([]);
  });

  it('are text where text is typed, the browser’s with Ctrl, and a dialog’s while one is open', () => {
    const run = vi.fn();
    const end = useKeys('keys.queue', [{ key: 'n', says: 'keys.next', run }]);
    document.body.innerHTML = '<input id="text"><input id="radio" type="radio"><textarea></textarea><dialog open></dialog>';
    const dialog = document.querySelector('dialog');
    type('n');
    dialog?.remove();
    type('n', {}, document.querySelector('#text') ?? document);
    type('n', {}, document.querySelector('textarea') ?? document);
    type('n', { ctrlKey: true });
    expect(run).not.toHaveBeenCalled();
    type('n', {}, document.querySelector('#radio') ?? document);
    expect(run).toHaveBeenCalledOnce();
    end();
  });

  it('are no single letters where the station has it so', () => {
    const run = vi.fn();
    const end = useKeys('keys.decision', [
      { key: 'n', says: 'keys.next', run },
      { key: 'Shift+R', says: 'decision.release', run },
      { key: '?', says: 'keys.show', run },
    ]);
    set('letterKeys', false);
    type('n');
    expect(run).not.toHaveBeenCalled();
    type('R', { shiftKey: true });
    type('?', { shiftKey: true });
    expect(run).toHaveBeenCalledTimes(2);
    end();
  });

  it('are called as they are told', () => {
    expect(nameOf(new KeyboardEvent('keydown', { key: 'r', shiftKey: true }))).toBe('Shift+R');
    expect(nameOf(new KeyboardEvent('keydown', { key: '?', shiftKey: true }))).toBe('?');
    expect(nameOf(new KeyboardEvent('keydown', { key: 'Enter' }))).toBe('Enter');
  });

  it('of the page are none of the viewer’s, which are all told', async () => {
    const sources = Object.values(import.meta.glob<string>('../{pages,parts}/*.svelte', { query: '?raw', import: 'default', eager: true }));
    const own = sources.flatMap((source) => [...source.matchAll(/\{ key: '([^']+)', says/g)].map((found) => found[1] ?? ''));
    const viewers = new Set(COMMANDS.flatMap((command) => VIEWER_KEYS[command]));
    expect(own.length).toBeGreaterThan(8);
    expect(own.filter((key) => viewers.has(key))).toEqual([]);
    const end = tellViewerKeys();
    expect(keySets.list[0]?.bindings.map(({ says }) => says)).toEqual(COMMANDS.map((command) => `viewer.do.${command}`));
    expect(type('c').defaultPrevented).toBe(false);
    end();
  });
});
