/** Whether this page is the one that the service serves by now. */

import { answered, api } from '../api/client';

const OWN = document.querySelector<HTMLMetaElement>('meta[name=build]')?.content ?? null;

export const build = $state({ isOld: false });

/** Asks the service which build it serves. Where it does not answer, nothing changes: it is asked again. */
export async function checkBuild(): Promise<void> {
  try {
    const { build: served } = await answered(api.GET('/v1/page'));
    // A page that is being developed bears no number.
    build.isOld = OWN !== null && served !== null && served !== OWN;
  } catch {
    // Asked again when the connection is there again.
  }
}
