import { describe, expect, it } from 'vitest';

import { Paged, type PageOf } from './paged.svelte';

type Page = PageOf<string, number>;

/** A service that answers when it is told to. */
function service() {
  const waiting: { cursor: number | undefined; answer: (page: Page) => void; refuse: (why: Error) => void }[] = [];
  const ask = (cursor?: number): Promise<Page> =>
    new Promise((answer, refuse) => waiting.push({ cursor, answer, refuse }));
  return { waiting, ask };
}

describe('a list that is asked for page by page', () => {
  it('joins the next page to what is there, and begins anew without a cursor', async () => {
    const list = new Paged<string, number>();
    await list.ask(async () => ({ items: ['a', 'b'], next: 2 }));
    await list.ask(async (cursor) => ({ items: [`after ${String(cursor)}`], next: null }), list.next ?? undefined);
    expect([list.items, list.next]).toEqual([['a', 'b', 'after 2'], null]);
    await list.ask(async () => ({ items: ['c'], next: null }));
    expect(list.items).toEqual(['c']);
  });

  it('shows the answer to the question that was asked last, whichever comes last', async () => {
    const { waiting, ask } = service();
    const list = new Paged<string, number>();
    const [first, second] = [list.ask(ask), list.ask(ask)];
    waiting[1]?.answer({ items: ['new'], next: null });
    waiting[0]?.answer({ items: ['old'], next: 7 });
    await Promise.all([first, second]);
    expect([list.items, list.next]).toEqual([['new'], null]);
  });

  it('keeps what is there where a question fails, and says why', async () => {
    const { waiting, ask } = service();
    const list = new Paged<string, number>();
    await list.ask(async () => ({ items: ['a'], next: 1 }));
    const asked = list.ask(ask, 1);
    waiting[0]?.refuse(new Error('no'));
    await asked;
    expect(list.items).toEqual(['a']);
    expect(list.next).toBe(1);
    expect(list.error).toEqual(new Error('no'));
  });
});
