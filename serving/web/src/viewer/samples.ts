/** What `GET /v1/scans/{id}/views/{index}/pixels` answers: a prologue, then the samples (docs/viewer.md). */
import type { Size } from './matrix';

/** How counts become a picture, in the words of parcelray.datasets.imaging. */
export interface Counts {
  air: number[];
  max_attenuation: number;
  air_noise: number;
  grey_depth: number;
  grey_gamma: number;
  dual: DualCounts | null;
}

export interface DualCounts {
  separation: number;
  ratio_sigma: number;
  ratio_taps: number;
  sharpening: number;
  min_high: number;
  max_excess: number;
  wedge_attenuation: number[];
  wedge_excess: number[][];
  wedge_number: number[];
  organic_to_mixed: [number, number];
  mixed_to_metal: [number, number];
  organic_dye: number[];
  mixed_dye: number[];
  metal_dye: number[];
  dye_depth: number;
  dye_gamma: number;
  to_metal: [number, number];
  to_black: [number, number];
}

export interface Samples {
  size: Size;
  bands: 1 | 2 | 4;
  data: Uint8Array | Uint16Array;
  /** Null where the scanner made the picture itself. */
  counts: Counts | null;
}

interface Prologue {
  layout: number;
  width: number;
  height: number;
  bands: 1 | 2 | 4;
  bits: 8 | 16;
  counts: Counts | null;
}

const LAYOUT = 1;

/** Throws an `Error` where the bytes are not laid out as this page knows, or are cut short. */
export function unpack(bytes: ArrayBuffer): Samples {
  const length = new DataView(bytes).getUint32(0, true);
  const prologue = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))) as Prologue;
  if (prologue.layout !== LAYOUT) {
    throw new Error(`samples: expected layout ${LAYOUT}, got ${prologue.layout}`);
  }
  const { width, height, bands, bits, counts } = prologue;
  const expected = 4 + length + (width * height * bands * bits) / 8;
  if (bytes.byteLength !== expected) {
    throw new Error(`samples: expected ${expected} bytes, got ${bytes.byteLength}`);
  }
  const data = bits === 8 ? new Uint8Array(bytes, 4 + length) : new Uint16Array(bytes, 4 + length);
  return { size: [width, height], bands, data, counts };
}

/**
 * Samples that fit a texture: each the mean of `factor` × `factor`, where a side is longer than `most`.
 * What is cut off at the right and the bottom is less than one of them; of a side that is shorter, all is taken.
 */
export function reduced(samples: Samples, most: number): Samples & { factor: number } {
  const [width, height] = samples.size;
  const factor = Math.ceil(Math.max(width, height) / most);
  if (factor <= 1) return { ...samples, factor: 1 };
  const [across, down] = [width, height].map((side) => Math.max(1, Math.floor(side / factor))) as [number, number];
  const { bands, data } = samples;
  const means = data instanceof Uint8Array ? new Uint8Array(across * down * bands) : new Uint16Array(across * down * bands);
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      for (let band = 0; band < bands; band++) {
        let sum = 0;
        const [right, bottom] = [Math.min((column + 1) * factor, width), Math.min((row + 1) * factor, height)];
        for (let y = row * factor; y < bottom; y++) {
          for (let x = column * factor; x < right; x++) sum += data[(y * width + x) * bands + band] ?? 0;
        }
        const count = (bottom - row * factor) * (right - column * factor);
        means[(row * across + column) * bands + band] = Math.round(sum / count);
      }
    }
  }
  return { size: [across, down], bands, data: means, counts: samples.counts, factor };
}
