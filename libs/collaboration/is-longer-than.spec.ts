import fc from 'fast-check';
import type { Json } from '#libs/kernel/index.js';
import { isLongerThan } from './is-longer-than.js';

it.each<[Json, number]>([
  ['abc', 5],
  [null, 4],
  [[1, 2, 3], 7],
  [{ a: 1 }, 7],
])('%j has %i characters', (value, length) => {
  expect([isLongerThan(length - 1, value), isLongerThan(length + 1, value)]).toEqual([true, false]);
});

it('is wrong by no more than the punctuation', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(200), (value, most) => {
      const { length } = JSON.stringify(value);
      const isLong = isLongerThan(most, value as Json);
      expect(isLong && length * 2 < most).toBe(false);
      expect(!isLong && length > most * 2).toBe(false);
    }),
  );
});

it('looks at no more of a list than it needs', () => {
  const endless = new Proxy([1], {
    get: (list, key) => (key === Symbol.iterator ? forEver : Reflect.get(list, key)),
  });
  expect(isLongerThan(1_000, endless)).toBe(true);
});

function* forEver(): Generator<number> {
  for (;;) yield 1;
}
