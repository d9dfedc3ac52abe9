/** The codes that the desk works with, asked for once for each session. */

import { answered, api } from '../api/client';
import type { Codes } from './types';

const kept: { codes: Codes | null } = $state({ codes: null });

/**
 * Asks for the codes, unless they are known.
 *
 * @throws {Refused} whoever is signed in does not work with the desk.
 * @throws {Unreachable} the service does not answer.
 */
export async function loadCodes(): Promise<void> {
  kept.codes ??= await answered(api.GET('/v1/desk/codes'));
}

/** The codes; null before they are known. */
export function codes(): Codes | null {
  return kept.codes;
}
