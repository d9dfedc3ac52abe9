/** Films of scans: fetched, developed and kept ahead of need, so that the next parcel is one draw away. */
import { withoutRemarks } from './jpeg';
import type { Size } from './matrix';
import { unpack } from './samples';
import type { ShownScan, ShownView } from './scan';
import type { Darkroom, Decoded, Film } from './textures';

/** What became of a view that was asked for. */
export type Developed = { readonly film: Film } | { readonly problem: string };

/** Scans whose films are kept: the one in front of the officer, the next, and some to go back to. */
const MOST_SCANS = 4;
const MOST_TRIES = 4;

export class Films {
  readonly #darkroom: Darkroom;
  // In the order of their last use, the latest last.
  readonly #scans = new Map<string, Map<number, Promise<Developed>>>();

  #shown: string | null = null;

  constructor(darkroom: Darkroom) {
    this.#darkroom = darkroom;
  }

  /** A scan that is shown from now on: its films are kept, whatever is prepared. */
  async show(scan: ShownScan, ondeveloped: (view: number, found: Developed) => void): Promise<void> {
    this.#shown = scan.id;
    const views = this.#viewsOf(scan);
    await Promise.all([...views].map(async ([index, developed]) => ondeveloped(index, await developed)));
  }

  /** Have a scan ready: what cannot be shown does not keep its other views from being ready. */
  async prepare(scan: ShownScan): Promise<void> {
    await Promise.all(this.#viewsOf(scan).values());
  }

  /** Let go of all. */
  close(): void {
    this.#shown = null;
    for (const id of [...this.#scans.keys()]) this.#forget(id);
  }

  #viewsOf(scan: ShownScan): ReadonlyMap<number, Promise<Developed>> {
    const views = this.#scans.get(scan.id) ?? new Map<number, Promise<Developed>>();
    this.#scans.delete(scan.id);
    this.#scans.set(scan.id, views);
    for (const id of [...this.#scans.keys()]) {
      if (this.#scans.size <= MOST_SCANS) break;
      if (id !== this.#shown && id !== scan.id) this.#forget(id);
    }
    for (const view of scan.views.filter(({ index, readable }) => readable && !views.has(index))) {
      const developed = this.#develop(view);
      views.set(view.index, developed);
      // What failed for a while is tried again when it is next asked for.
      void developed.then((found) => 'problem' in found && views.delete(view.index));
    }
    return views;
  }

  async #develop(view: ShownView): Promise<Developed> {
    try {
      const answer = await fetchPatiently(view.url);
      if (view.source === 'samples') return { film: this.#darkroom.developSamples(unpack(await answer.arrayBuffer())) };
      return { film: this.#darkroom.develop(await decode(await answer.arrayBuffer(), this.#darkroom.most)) };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  }

  #forget(id: string): void {
    for (const developed of this.#scans.get(id)?.values() ?? []) {
      void developed.then((found) => 'film' in found && this.#darkroom.discard(found.film));
    }
    this.#scans.delete(id);
  }
}

/** Throws an `Error` with the service's own words where it does not give the image. */
async function fetchPatiently(url: string): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, { credentials: 'same-origin' });
    if (answer.ok) return answer;
    const wait = Number(answer.headers.get('Retry-After'));
    if (answer.status !== 503 || attempt === MOST_TRIES) {
      const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
      throw new Error(problem.detail ?? `${url}: ${answer.status}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * Math.max(1, wait)));
  }
}

/** The pixels of a JPEG as they were sent: no colour management, no turning. */
async function decode(file: ArrayBuffer, most: number): Promise<Decoded> {
  const bare = new Blob(withoutRemarks(new Uint8Array(file)), { type: 'image/jpeg' });
  const options: ImageBitmapOptions = { colorSpaceConversion: 'none', premultiplyAlpha: 'none' };
  const bitmap = await createImageBitmap(bare, options);
  const size: Size = [bitmap.width, bitmap.height];
  const factor = Math.ceil(Math.max(...size) / most);
  if (factor <= 1) return { bitmap, size };
  bitmap.close();
  const [resizeWidth = 1, resizeHeight = 1] = size.map((side) => Math.max(1, Math.floor(side / factor)));
  return { bitmap: await createImageBitmap(bare, { ...options, resizeWidth, resizeHeight, resizeQuality: 'high' }), size };
}
