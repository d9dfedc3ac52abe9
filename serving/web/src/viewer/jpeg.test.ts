import { expect, it } from 'vitest';

import { withoutRemarks } from './jpeg';

const START = [0xff, 0xd8];
const JFIF = [0xff, 0xe0, 0, 4, 1, 2];
const EXIF = [0xff, 0xe1, 0, 5, 9, 9, 9];
const PROFILE = [0xff, 0xe2, 0, 3, 9];
const ADOBE = [0xff, 0xee, 0, 3, 7];
const TABLE = [0xff, 0xdb, 0, 3, 8];
const SCAN = [0xff, 0xda, 0, 3, 1, 0xff, 0xe1, 0, 2, 0xff, 0xd9];

function joined(file: number[]): number[] {
  return withoutRemarks(Uint8Array.from(file)).flatMap((part) => [...part]);
}

it('leaves out what was remarked, and nothing of the picture', () => {
  expect(joined([...START, ...JFIF, ...EXIF, ...PROFILE, ...ADOBE, ...TABLE, ...SCAN])).toEqual([
    ...START, ...JFIF, ...ADOBE, ...TABLE, ...SCAN,
  ]);
});

it('leaves what is no JPEG, or a broken one, to the browser', () => {
  expect(joined([1, 2, 3])).toEqual([1, 2, 3]);
  expect(joined([...START, 0xff, 0xe1, 0])).toEqual([...START, 0xff, 0xe1, 0]);
  expect(joined([...START, 0x12, 0x34])).toEqual([...START, 0x12, 0x34]);
});
