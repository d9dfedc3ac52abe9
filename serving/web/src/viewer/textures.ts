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
    return { texture, counts: null, covered: size, texels, factor: Math.ceil(size[0] / texels[0]) };
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
    return { ...film, texture: small.counts === null ? this.#picture(small) : this.#measured(small, small.counts) };
  }

  discard(film: Film): void {
    this.#gl.deleteTexture(film.texture);
  }

  #picture({ size: [width, height], bands, data }: Samples): WebGLTexture {
    const gl = this.#gl;
    const texture = this.#texture();
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    if (bands === 4) {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, data);
    } else {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.LUMINANCE, width, height, 0, gl.LUMINANCE, gl.UNSIGNED_BYTE, data);
    }
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

  #texture(): WebGLTexture {
    const gl = this.#gl;
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    for (const axis of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, axis, gl.CLAMP_TO_EDGE);
    return texture;
  }
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
