/** A list that is asked for page by page. An older question's answer never stands under a newer one. */

export interface PageOf<Item, Cursor> {
  items: Item[];
  /** Where the next page begins; null at the end. */
  next: Cursor | null;
}

export class Paged<Item, Cursor> {
  /** Null until something was answered. */
  items: Item[] | null = $state.raw(null);
  next: Cursor | null = $state.raw(null);
  error: unknown = $state.raw(null);
  #asked = 0;

  /** Asks for the first page, or for that which begins at a cursor, whose items join those that are there. */
  async ask(page: (cursor?: Cursor) => Promise<PageOf<Item, Cursor>>, cursor?: Cursor): Promise<void> {
    const number = ++this.#asked;
    this.error = null;
    try {
      const { items, next } = await page(cursor);
      if (number !== this.#asked) return;
      this.items = cursor !== undefined && this.items ? [...this.items, ...items] : items;
      this.next = next;
    } catch (caught) {
      if (number === this.#asked) this.error = caught;
    }
  }
}
