import { describe, expect, it } from 'vitest';

import { duration, money } from './words';

describe('how long something took', () => {
  it.each([
    [0, '0 secs'],
    [9.94, '9.9 secs'],
    [59.6, '60 secs'],
    [119, '119 secs'],
    [120, '2 mins'],
    [564, '9.4 mins'],
    [7199, '120 mins'],
    [9000, '2.5 hrs'],
  ])('%d s', (seconds, expected) => {
    expect(duration(seconds)).toBe(expected);
  });

  it('is told in one unit along an axis', () => {
    expect([0, 60, 120].map((seconds) => duration(seconds, 'minute'))).toEqual(['0 mins', '1 min', '2 mins']);
  });
});

it('money is told to the last digit that is known', () => {
  const told = [money('404431.50', 'CHF'), money('999999999999999.0001', 'EUR'), money('5', 'USD')];
  expect(told.map((each) => each.replace('\u00a0', ' '))).toEqual([
    'CHF 404,431.50',
    'EUR 999,999,999,999,999.0001',
    'USD 5.00',
  ]);
});
