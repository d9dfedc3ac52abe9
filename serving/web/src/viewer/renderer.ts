/** Draws the panes of the viewer: one canvas, one context, one pass for each pane. */
import { Program, type Uniforms } from './gl';
import { after, inverse, zoomOf, type Matrix, type Point, type Size } from './matrix';
import { COVER, PRESENT_AS_SENT, PRESENT_COUNTS, PRESENT_PICTURE } from './shaders';
import { Darkroom, type Film } from './textures';
import { isPlain, type Tools } from './tools';

/** A round glass over a pane: where in it (CSS pixels), how large, and how strong. */
export interface Lens {
  readonly at: Point;
  readonly radius: number;
  readonly strength: number;
}

export interface PaneDrawing {
  readonly film: Film;
  /** Pixels of the view to CSS pixels of the pane. */
  readonly matrix: Matrix;
  /** Where the pane lies on the canvas, in CSS pixels. */
  readonly origin: Point;
  readonly size: Size;
  readonly lens: Lens | null;
}

/** What a lens does to the map of its pane. */
export function magnified(matrix: Matrix, { at: [x, y], strength }: Lens): Matrix {
  return after([strength, 0, 0, strength, x * (1 - strength), y * (1 - strength)], matrix);
}

/** The surroundings that local contrast is told from: the longer side holds so many of them. */
const NEIGHBOURHOODS = 40;
const PENETRATIONS = { normal: 1, high: 0.4, low: 2.2 } as const;
const STRIPS = { none: 0, organic: 1, inorganic: 2 } as const;
/** Densities of pictures of 8 bits end there. */
const PICTURE_DEPTH = Math.log(255 / 0.5);

export class Renderer {
  readonly darkroom: Darkroom;
  readonly #gl: WebGL2RenderingContext;
  readonly #counts: Program;
  readonly #picture: Program;
  readonly #asSent: Program;

  /** Throws an `Error` where the browser has no WebGL2, or lacks what the viewer needs of it. */
  constructor(readonly canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', { antialias: false, depth: false, powerPreference: 'high-performance' });
    if (gl === null) throw new Error('WebGL: expected WebGL2, which this browser lacks or has switched off');
    this.#gl = gl;
    this.darkroom = new Darkroom(gl);
    this.#counts = new Program(gl, COVER, PRESENT_COUNTS);
    this.#picture = new Program(gl, COVER, PRESENT_PICTURE);
    this.#asSent = new Program(gl, COVER, PRESENT_AS_SENT);
  }

  /** All panes, as they are to be now; what lies around the views is left to the page behind the canvas. */
  draw(panes: readonly PaneDrawing[], tools: Tools, size: Size, pixelRatio: number): void {
    const gl = this.#gl;
    const [width, height] = [Math.round(size[0] * pixelRatio), Math.round(size[1] * pixelRatio)];
    if (this.canvas.width !== width || this.canvas.height !== height) [this.canvas.width, this.canvas.height] = [width, height];
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, width, height);
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.SCISSOR_TEST);
    gl.activeTexture(gl.TEXTURE0);
    for (const pane of panes) {
      const left = Math.round(pane.origin[0] * pixelRatio);
      const bottom = height - Math.round((pane.origin[1] + pane.size[1]) * pixelRatio);
      gl.scissor(left, bottom, Math.round(pane.size[0] * pixelRatio), Math.round(pane.size[1] * pixelRatio));
      gl.bindTexture(gl.TEXTURE_2D, pane.film.texture);
      const { counts } = pane.film;
      const common = { ...placing(pane, height, pixelRatio), ...choosing(tools) };
      if (counts === null) {
        // Inverting comes last, for all programs.
        const program = isPlain({ ...tools, inverse: false }) ? this.#asSent : this.#picture;
        program.cover({ picture: 0, maxDepth: PICTURE_DEPTH, air: pane.film.air, ...common });
      } else this.#counts.cover({ measured: 0, ...developing(counts), ...common });
    }
  }

  /** Resolves when the graphics card has done all that it was told so far. */
  async done(): Promise<void> {
    const gl = this.#gl;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    if (fence === null) return;
    gl.flush();
    const isDone = () => gl.isContextLost() || gl.clientWaitSync(fence, 0, 0) !== gl.TIMEOUT_EXPIRED;
    while (!isDone()) await new Promise((resolve) => requestAnimationFrame(resolve));
    gl.deleteSync(fence);
  }
}

function placing({ film, matrix, origin, lens }: PaneDrawing, height: number, pixelRatio: number): Uniforms {
  // From pixels of the canvas, counted from its lower edge, to CSS pixels of the pane.
  const toPane: Matrix = [1 / pixelRatio, 0, 0, -1 / pixelRatio, -origin[0], height / pixelRatio - origin[1]];
  const texelsPerPixel = film.texels[0] / film.covered[0] / pixelRatio;
  const inLens = lens === null ? matrix : magnified(matrix, lens);
  const lod = (map: Matrix) => Math.max(0, Math.log2(texelsPerPixel / zoomOf(map)));
  const at = lens?.at ?? [0, 0];
  return {
    toView: columns(after(inverse(matrix), toPane)),
    toViewInLens: columns(after(inverse(inLens), toPane)),
    lens: [(origin[0] + at[0]) * pixelRatio, height - (origin[1] + at[1]) * pixelRatio, (lens?.radius ?? 0) * pixelRatio],
    covered: film.covered,
    texels: film.texels,
    lod: lod(matrix),
    exact: lens === null && Math.abs(texelsPerPixel / zoomOf(matrix) - 1) < 1e-6,
    lodInLens: lod(inLens),
    lodOfSurroundings: Math.max(0, Math.log2(Math.max(...film.texels) / NEIGHBOURHOODS)),
  };
}

function choosing(tools: Tools): Uniforms {
  return {
    grey: tools.grey,
    inverted: tools.inverse,
    penetration: PENETRATIONS[tools.penetration],
    strip: STRIPS[tools.strip],
    edges: tools.edges,
    local: tools.local,
    softness: 1 / tools.gamma,
    level: tools.level,
    width: tools.width,
  };
}

function developing(counts: NonNullable<Film['counts']>): Uniforms {
  const { dual } = counts;
  const black = [0, 0, 0];
  return {
    dual: dual !== null,
    maxDepth: counts.max_attenuation,
    air: 0,
    airNoise: counts.air_noise,
    greyCurve: [counts.grey_depth, counts.grey_gamma],
    organicToMixed: dual?.organic_to_mixed ?? [0, 1],
    mixedToMetal: dual?.mixed_to_metal ?? [0, 1],
    organicDye: dual?.organic_dye ?? black,
    mixedDye: dual?.mixed_dye ?? black,
    metalDye: dual?.metal_dye ?? black,
    dyeCurve: dual === null ? [1, 1] : [dual.dye_depth, dual.dye_gamma],
    toMetal: dual?.to_metal ?? [0, 1],
    toBlack: dual?.to_black ?? [0, 1],
  };
}

function columns([a, b, c, d, e, f]: Matrix): readonly number[] {
  return [a, b, 0, c, d, 0, e, f, 1];
}
