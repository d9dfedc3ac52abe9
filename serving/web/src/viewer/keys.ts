/** Which key does what in the viewer. The page's own keys must not be among them; `?` shows both. */

export const COMMANDS = [
  'grey', 'inverse', 'high', 'low', 'organic', 'inorganic', 'edges', 'local', 'undo', 'plain',
  'gamma_up', 'gamma_down', 'level_up', 'level_down', 'width_up', 'width_down',
  'zoom_in', 'zoom_out', 'fit', 'one_to_one', 'turn', 'flip', 'magnifier', 'left', 'right', 'up', 'down',
  'two', 'next_view', 'boxes', 'draw', 'select',
] as const;
export type Command = (typeof COMMANDS)[number];

/** A key by `KeyboardEvent.key`, small letters; with `Shift+` or `Ctrl+` where that must be held. */
export const VIEWER_KEYS: Readonly<Record<Command, readonly string[]>> = {
  grey: ['c'],
  inverse: ['i'],
  high: ['h'],
  low: ['l'],
  organic: ['o'],
  inorganic: ['m'],
  edges: ['e'],
  local: ['s'],
  undo: ['Ctrl+z'],
  plain: ['u'],
  gamma_up: ['.'],
  gamma_down: [','],
  level_up: ['Shift+ArrowUp'],
  level_down: ['Shift+ArrowDown'],
  width_up: ['Shift+ArrowRight'],
  width_down: ['Shift+ArrowLeft'],
  zoom_in: ['+', '='],
  zoom_out: ['-'],
  fit: ['0'],
  one_to_one: ['p'],
  turn: ['r'],
  flip: ['f'],
  magnifier: ['z'],
  left: ['ArrowLeft'],
  right: ['ArrowRight'],
  up: ['ArrowUp'],
  down: ['ArrowDown'],
  two: ['t'],
  next_view: ['v'],
  boxes: ['b'],
  draw: ['d'],
  select: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
};

const COMMAND_OF = new Map(COMMANDS.flatMap((command) => VIEWER_KEYS[command].map((key) => [key, command] as const)));

/** Of a key event, what is told by it; null where the viewer has no use of it. */
export function commandOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): Command | null {
  if (event.altKey) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isControl = event.ctrlKey || event.metaKey;
  // With shift, letters and signs are what they are on this keyboard; of arrows it makes another key.
  const isShifted = event.shiftKey && key.startsWith('Arrow');
  if (event.shiftKey && /^[a-z]$/.test(key)) return null;
  return COMMAND_OF.get(`${isControl ? 'Ctrl+' : ''}${isShifted ? 'Shift+' : ''}${key}`) ?? null;
}

/** Whether somebody is writing, choosing or answering a dialog there, so that keys are theirs. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"], dialog') !== null
  );
}
