/** JPEG files without their remarks, which browsers obey: turned as a camera was held, in a camera's colour space. */

const START = 0xd8;
const START_OF_SCAN = 0xda;
const FIRST_REMARK = 0xe1;
const LAST_REMARK = 0xef;
/** Of Adobe: in which colours the picture is kept. Without it four-colour and RGB files come out wrong. */
const ADOBE = 0xee;

/** The same picture, its pixels as they were sent. What is no JPEG comes back as it is: the browser says what is wrong. */
export function withoutRemarks(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  if (file[0] !== 0xff || file[1] !== START) return [file];
  const kept = [file.subarray(0, 2)];
  let at = 2;
  for (;;) {
    const marker = file[at + 1] ?? 0;
    if (file[at] !== 0xff || marker === START_OF_SCAN) break;
    const length = ((file[at + 2] ?? 0) << 8) | (file[at + 3] ?? 0);
    if (length < 2) break;
    const isRemark = marker >= FIRST_REMARK && marker <= LAST_REMARK && marker !== ADOBE;
    if (!isRemark) kept.push(file.subarray(at, at + 2 + length));
    at += 2 + length;
  }
  return [...kept, file.subarray(at)];
}
