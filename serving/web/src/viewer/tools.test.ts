import { expect, it } from 'vitest';

import { adjusted, changed, isPlain, penetrating, PLAIN, RANGES, stepped, stripping, switched, undone, type History } from './tools';

const START: History = { now: PLAIN, before: [] };

it('takes back what is chosen twice', () => {
  expect(switched(switched(PLAIN, 'inverse'), 'inverse')).toEqual(PLAIN);
  expect(penetrating(penetrating(PLAIN, 'high'), 'high')).toEqual(PLAIN);
  expect(penetrating(penetrating(PLAIN, 'high'), 'low').penetration).toBe('low');
  expect(stripping(stripping(PLAIN, 'organic'), 'organic')).toEqual(PLAIN);
  expect(stripping(stripping(PLAIN, 'organic'), 'inorganic').strip).toBe('inorganic');
});

it('keeps ranges within their ends', () => {
  expect(adjusted(PLAIN, 'gamma', 99).gamma).toBe(RANGES.gamma.most);
  expect(stepped(PLAIN, 'width', -999).width).toBe(RANGES.width.least);
});

it('finds its way back to plain in steps', () => {
  let tools = PLAIN;
  for (let step = 0; step < 7; step++) tools = stepped(tools, 'gamma', 1);
  expect(isPlain(tools)).toBe(false);
  for (let step = 0; step < 7; step++) tools = stepped(tools, 'gamma', -1);
  expect(isPlain(tools)).toBe(true);
});

it('undoes one change after the other', () => {
  const once = changed(START, switched(PLAIN, 'grey'));
  const twice = changed(once, stripping(once.now, 'organic'));
  expect(undone(twice)).toEqual(once);
  expect(undone(undone(twice))).toEqual(START);
  expect(undone(START)).toEqual(START);
});

it('undoes the movement of a slider as one change, and no more than that', () => {
  let history = changed(START, switched(PLAIN, 'grey'));
  const before = history;
  for (const level of [0.52, 0.56, 0.6]) history = changed(history, adjusted(history.now, 'level', level));
  expect(history.now.level).toBe(0.6);
  expect(undone(history)).toEqual(before);
  const other = changed(history, adjusted(history.now, 'width', 0.5));
  expect(undone(other).now).toEqual(history.now);
});

it('survives being kept as JSON', () => {
  const tools = stripping(switched(adjusted(PLAIN, 'gamma', 1.7), 'edges'), 'inorganic');
  expect(JSON.parse(JSON.stringify(tools))).toEqual(tools);
});
