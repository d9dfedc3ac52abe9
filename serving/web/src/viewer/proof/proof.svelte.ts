/** The viewer alone in a page, for tests/web/test_viewer*.py and scripts/bench/viewer_recolour.py: not part of the page. */
import './proof.css';

import { mount, unmount } from 'svelte';

import { Films } from '../films';
import { fit, type Size } from '../matrix';
import { Renderer, type PaneDrawing } from '../renderer';
import { shownScan, type ScanLike, type ShownScan } from '../scan';
import type { Film } from '../textures';
import { PLAIN, type Tools } from '../tools';
import Viewer from '../Viewer.svelte';

const target = document.getElementById('viewer') as HTMLElement;
const told: unknown[] = [];
let viewer: { prepare: (next: ShownScan) => Promise<void> } | null = null;
let change: ((next: Partial<{ scan: ShownScan; cue: 'none' | 'present' | 'frame' }>) => void) | null = null;

async function load(id: string): Promise<ShownScan> {
  const answer = await fetch(`/v1/scans/${id}`);
  return shownScan((await answer.json()) as ScanLike, (label) => label.replaceAll('_', ' '));
}

async function filmOf(renderer: Renderer, id: string): Promise<Film> {
  const found = await new Promise<Film | string>((resolve) => {
    const films = new Films(renderer.darkroom);
    void load(id).then((scan) => films.show(scan, (_, one) => resolve('film' in one ? one.film : one.problem)));
  });
  if (typeof found === 'string') throw new Error(found);
  return found;
}

function wholeView(film: Film, size: Size): PaneDrawing {
  return { film, matrix: fit(film.covered, size), origin: [0, 0], size, lens: null };
}

const proof = {
  told,

  /** The first view of a scan as the viewer draws it, pixel for pixel: its size, and RGBA from the top, in base64. */
  async picture(id: string, chosen: Partial<Tools> = {}): Promise<{ size: Size; pixels: string }> {
    const renderer = new Renderer(document.createElement('canvas'));
    const film = await filmOf(renderer, id);
    const size = film.covered;
    renderer.draw([wholeView(film, size)], { ...PLAIN, ...chosen }, size, 1);
    const gl = renderer.canvas.getContext('webgl2') as WebGL2RenderingContext;
    const upsideDown = new Uint8Array(size[0] * size[1] * 4);
    gl.readPixels(0, 0, size[0], size[1], gl.RGBA, gl.UNSIGNED_BYTE, upsideDown);
    const pixels = new Uint8Array(upsideDown.length);
    const row = size[0] * 4;
    for (let y = 0; y < size[1]; y++) {
      pixels.set(upsideDown.subarray((size[1] - 1 - y) * row, (size[1] - y) * row), y * row);
    }
    let text = '';
    for (let from = 0; from < pixels.length; from += 0x8000) text += String.fromCharCode(...pixels.subarray(from, from + 0x8000));
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    return { size, pixels: btoa(text) };
  },

  /** Milliseconds that each frame takes while a slider moves from end to end, and which renderer drew them. */
  async recolour(id: string, width: number, height: number, frames: number): Promise<{ ms: number[]; by: string }> {
    const renderer = new Renderer(document.createElement('canvas'));
    const film = await filmOf(renderer, id);
    const ms: number[] = [];
    for (let frame = 0; frame <= frames; frame++) {
      const began = performance.now();
      const gamma = 0.3 + (2.7 * frame) / frames;
      renderer.draw([wholeView(film, [width, height])], { ...PLAIN, gamma }, [width, height], 1);
      // What was drawn is there once a pixel of it has been read.
      const gl = renderer.canvas.getContext('webgl2') as WebGL2RenderingContext;
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
      // The first frame also brings the programs to the card.
      if (frame > 0) ms.push(performance.now() - began);
    }
    const gl = renderer.canvas.getContext('webgl2') as WebGL2RenderingContext;
    const info = gl.getExtension('WEBGL_debug_renderer_info');
    return { ms, by: String(info && gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) };
  },

  /** The component, with a scan of the service in it; once it was drawn. */
  async show(id: string, cue: 'none' | 'present' | 'frame' = 'frame'): Promise<void> {
    if (viewer !== null) await unmount(viewer);
    const props = $state({ scan: await load(id), cue, selected: null as string | null });
    await new Promise<void>((resolve) => {
      change = (next) => Object.assign(props, next);
      viewer = mount(Viewer, {
        target,
        props: Object.assign(props, {
          onselect: (key: string | null) => told.push(['select', key]),
          ondraw: (view: number, box: readonly number[]) => told.push(['draw', view, [...box]]),
          ondrawn: () => resolve(),
        }),
      });
    });
  },

  async prepare(id: string): Promise<void> {
    await viewer?.prepare(await load(id));
  },

  /** Another scan in the same viewer: milliseconds until it was drawn. */
  async next(id: string): Promise<number> {
    const scan = await load(id);
    const began = performance.now();
    change?.({ scan });
    for (;;) {
      const drawn = performance.getEntriesByName('viewer:drawn').at(-1) as PerformanceMark | undefined;
      if (drawn?.detail === id && drawn.startTime >= began) return drawn.startTime - began;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
};

declare global {
  interface Window {
    proof: typeof proof;
  }
}
window.proof = proof;
