import { expect, it } from 'vitest';

import { reduced, unpack } from './samples';

function packed(prologue: object, samples: Uint8Array | Uint16Array): ArrayBuffer {
  let text = JSON.stringify(prologue);
  text += ' '.repeat((8 - ((4 + text.length) % 8)) % 8);
  const bytes = new Uint8Array(4 + text.length + samples.byteLength);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(new TextEncoder().encode(text), 4);
  bytes.set(new Uint8Array(samples.buffer), 4 + text.length);
  return bytes.buffer;
}

const PAIR = { layout: 1, kind: 'dual', width: 2, height: 1, bands: 2, bits: 16, counts: { air: [9, 8] } };
const SAMPLES = Uint16Array.of(60_000, 50_000, 1, 2);

it('takes a block apart', () => {
  const read = unpack(packed(PAIR, SAMPLES));
  expect(read.size).toEqual([2, 1]);
  expect(read.data).toEqual(SAMPLES);
  expect(read.counts?.air).toEqual([9, 8]);
});

it('refuses what is cut short, and what a newer service sends', () => {
  expect(() => unpack(packed(PAIR, SAMPLES.slice(0, 3)))).toThrow(/expected \d+ bytes, got/);
  expect(() => unpack(packed({ ...PAIR, layout: 2 }, SAMPLES))).toThrow('expected layout 1, got 2');
});

it('takes means where a side is too long', () => {
  const data = Uint16Array.of(10, 20, 90, 30, 40, 90, 7, 7, 7);
  const samples = { size: [3, 3] as const, bands: 1 as const, data, counts: null };
  expect(reduced(samples, 3)).toEqual({ ...samples, factor: 1 });
  expect(reduced(samples, 2)).toEqual({ size: [1, 1], bands: 1, data: Uint16Array.of(25), counts: null, factor: 2 });
  const coloured = { size: [2, 1] as const, bands: 4 as const, data: Uint8Array.of(1, 2, 3, 255, 3, 4, 5, 255), counts: null };
  expect(reduced(coloured, 1)).toMatchObject({ size: [1, 1], data: Uint8Array.of(2, 3, 4, 255) });
});
