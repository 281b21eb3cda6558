import { derivedOnce } from './derived-once.js';

test('works out each value once, and another one of the same content anew', () => {
  const seen: number[] = [];
  const doubled = derivedOnce(({ n }: { readonly n: number }) => {
    seen.push(n);
    return { n: 2 * n };
  });
  const two = { n: 2 };
  expect(doubled(two)).toEqual({ n: 4 });
  expect(doubled(two)).toBe(doubled(two));
  expect(doubled({ n: 2 })).not.toBe(doubled(two));
  expect(seen).toEqual([2, 2]);
});
