/** The viewer answers to its own keys; here they are told, so that `?` shows them with the others. */

import { COMMANDS, VIEWER_KEYS } from '../viewer/keys';
import { useKeys, type Binding } from './keys.svelte';

/** Tells of them until what it returns is called. */
export function tellViewerKeys(): () => void {
  const bindings = COMMANDS.flatMap((command): Binding[] => {
    const keys = VIEWER_KEYS[command];
    // Of a row of digits, the first and the last.
    const key = keys.length > 2 ? `${keys[0]}…${keys.at(-1)}` : keys[0];
    return key === undefined ? [] : [{ key, says: `viewer.do.${command}` }];
  });
  return useKeys('keys.viewer', bindings);
}
