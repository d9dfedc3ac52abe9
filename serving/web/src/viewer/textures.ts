/** Views on the graphics card: uploaded once, then only drawn. */
import { Program, type Uniforms } from './gl';
import type { Size } from './matrix';
import { reduced, type Counts, type Samples } from './samples';
import { COVER, MEASURE, WEDGE_MATERIALS, WEDGE_STEPS } from './shaders';

/** A view that is ready to be drawn. */
export interface Film {
  readonly texture: WebGLTexture;
  /** Null where the scanner made the picture itself. */
  readonly counts: Counts | null;
  /** The density of air in the picture, as brightness goes: 0 where air is white. */
  readonly air: number;
  /** Pixels of the view that the texture shows, and its own texels. */
  readonly covered: Size;
  readonly texels: Size;
  /** How many pixels of the view, across and down, went into one texel, for want of larger textures. */
  readonly factor: number;
}

/** A picture that the browser decoded, and the size of the view, which it may be smaller than. */
export interface Decoded {
  readonly bitmap: ImageBitmap;
  readonly size: Size;
}

/** Where air is sought: a copy of so many pixels on its longer side; brighter than this share of it; no denser than this. */
const AIR_SIDE = 64;
const AIR_SHARE = 0.9;
const MOST_AIR = 0.3;

export class Darkroom {
  readonly #gl: WebGL2RenderingContext;
  readonly #measure: Program;
  readonly #most: number;

  /** Throws an `Error` where this browser cannot keep densities. */
  constructor(gl: WebGL2RenderingContext) {
    if (gl.getExtension('EXT_color_buffer_float') === null) {
      throw new Error('WebGL: expected EXT_color_buffer_float, which this browser or its graphics driver lacks');
    }
    this.#gl = gl;
    this.#measure = new Program(gl, COVER, MEASURE);
    this.#most = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
  }

  /** The longest side that a texture may have. */
  get most(): number {
    return this.#most;
  }

  /** A picture as the browser decoded it; the bitmap is let go of. */
  develop({ bitmap, size }: Decoded): Film {
    const gl = this.#gl;
    const texture = this.#texture();
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    const texels: Size = [bitmap.width, bitmap.height];
    bitmap.close();
    gl.generateMipmap(gl.TEXTURE_2D);
    const factor = Math.ceil(size[0] / texels[0]);
    return { texture, counts: null, air: this.#airOf(texture, texels), covered: size, texels, factor };
  }

  /** Samples as the service gave them; counts are measured, and then the counts themselves are let go of. */
  developSamples(samples: Samples): Film {
    const small = reduced(samples, this.#most);
    const [width, height] = small.size;
    const film = {
      counts: small.counts,
      covered: [width * small.factor, height * small.factor] as const,
      texels: small.size,
      factor: small.factor,
    };
    if (small.counts !== null) return { ...film, air: 0, texture: this.#measured(small, small.counts) };
    const texture = this.#picture(small);
    return { ...film, air: this.#airOf(texture, small.size), texture };
  }

  discard(film: Film): void {
    this.#gl.deleteTexture(film.texture);
  }

  #picture({ size: [width, height], bands, data }: Samples): WebGLTexture {
    const gl = this.#gl;
    const texture = this.#texture();
    const pixels = bands === 4 ? data : inColour(data);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    gl.generateMipmap(gl.TEXTURE_2D);
    return texture;
  }

  #measured({ size: [width, height], bands, data }: Samples, counts: Counts): WebGLTexture {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0);
    const raw = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, raw);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
    const [inside, format] = bands === 2 ? [gl.RG16UI, gl.RG_INTEGER] : [gl.R16UI, gl.RED_INTEGER];
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, bands === 2 ? 4 : 2);
    gl.texImage2D(gl.TEXTURE_2D, 0, inside, width, height, 0, format, gl.UNSIGNED_SHORT, data);

    const texture = this.#texture();
    gl.texStorage2D(gl.TEXTURE_2D, 1 + Math.floor(Math.log2(Math.max(width, height))), gl.RG16F, width, height);
    const frame = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    gl.viewport(0, 0, width, height);
    gl.disable(gl.SCISSOR_TEST);
    gl.bindTexture(gl.TEXTURE_2D, raw);
    this.#measure.cover(measuring(counts));
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.deleteFramebuffer(frame);
    gl.deleteTexture(raw);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.generateMipmap(gl.TEXTURE_2D);
    return texture;
  }

  /** The density of air: what is brighter than nearly all of a small copy of the picture. */
  #airOf(texture: WebGLTexture, [width, height]: Size): number {
    const gl = this.#gl;
    const level = Math.max(0, Math.floor(Math.log2(Math.max(width, height) / AIR_SIDE)));
    const [across, down] = [Math.max(1, width >> level), Math.max(1, height >> level)];
    const frame = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, level);
    const pixels = new Uint8Array(across * down * 4);
    gl.readPixels(0, 0, across, down, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.deleteFramebuffer(frame);
    const lumas = Array.from({ length: across * down }, (_, at) => {
      const [red = 0, green = 0, blue = 0] = pixels.subarray(4 * at, 4 * at + 3);
      return 0.299 * red + 0.587 * green + 0.114 * blue;
    }).sort((one, other) => one - other);
    const brightest = lumas[Math.floor(AIR_SHARE * (lumas.length - 1))] ?? 255;
    // A view without air in it has no level of air: what is darker than this is something.
    return Math.min(-Math.log(Math.max(brightest, 1) / 255), MOST_AIR);
  }

  #texture(): WebGLTexture {
    const gl = this.#gl;
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    for (const axis of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, axis, gl.CLAMP_TO_EDGE);
    return texture;
  }
}

/** Grey of 8 bits as red, green, blue and an alpha of 255. */
function inColour(grey: ArrayLike<number>): Uint8Array {
  const pixels = new Uint8Array(4 * grey.length).fill(255);
  for (let at = 0; at < grey.length; at++) pixels.fill(grey[at] ?? 0, 4 * at, 4 * at + 3);
  return pixels;
}

/** Throws an `Error` where the wedges are not those that the shader was written for. */
function measuring({ air, max_attenuation: maxAttenuation, dual }: Counts): Uniforms {
  const [first = 1, second = first] = air;
  const common = { counts: 0, dual: dual !== null, air: [first, second], maxAttenuation };
  if (dual === null) {
    return {
      ...common,
      ...{ separation: 1, ratioSigma: 1, ratioReach: 0, sharpening: 0, minHigh: 1, maxExcess: 1 },
      wedgeAttenuation: Array(WEDGE_STEPS).fill(0),
      wedgeExcess: Array(WEDGE_STEPS * WEDGE_MATERIALS).fill(0),
      wedgeNumber: Array(WEDGE_MATERIALS).fill(0),
    };
  }
  const wedgeExcess = dual.wedge_excess.flat();
  if (dual.wedge_number.length !== WEDGE_MATERIALS || wedgeExcess.length !== WEDGE_STEPS * WEDGE_MATERIALS) {
    throw new Error(`samples: expected wedges of ${WEDGE_MATERIALS} materials, got ${dual.wedge_number.length}`);
  }
  return {
    ...common,
    separation: dual.separation,
    ratioSigma: dual.ratio_sigma,
    ratioReach: (dual.ratio_taps - 1) / 2,
    sharpening: dual.sharpening,
    minHigh: dual.min_high,
    maxExcess: dual.max_excess,
    wedgeAttenuation: dual.wedge_attenuation,
    wedgeExcess,
    wedgeNumber: dual.wedge_number,
  };
}
