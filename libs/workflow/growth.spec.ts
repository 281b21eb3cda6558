import fc from 'fast-check';
import type { Json } from '#libs/kernel/index.js';
import { Growth } from './growth.js';
import { REDUCERS, type Reducer } from './plan.js';
import { reduced } from './reduce.js';

const anyWrites = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b'),
    reducer: fc.constantFrom<Reducer>(...REDUCERS, 'append', 'merge'),
    value: fc.oneof(
      fc.integer(),
      fc.array(fc.integer(), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('x', 'y', '__proto__'), fc.integer()),
    ) as fc.Arbitrary<Json>,
  }),
  { maxLength: 30, size: 'max' },
);

it('makes of any writes what reducing them one by one makes', () => {
  fc.assert(
    fc.property(anyWrites, (writes) => {
      const growth = new Growth();
      const [grown, plain] = [new Map<string, Json>(), new Map<string, Json>()];
      for (const { name, reducer, value } of structuredClone(writes)) {
        grown.set(name, growth.grown(name, reducer, grown.get(name), value));
      }
      for (const { name, reducer, value } of writes) plain.set(name, reduced(reducer, plain.get(name), value));
      expect(grown).toEqual(plain);
    }),
  );
});

it('leaves alone what it was given: the values of earlier states, and what was written', () => {
  fc.assert(
    fc.property(anyWrites, anyWrites, (earlier, later) => {
      const before = valuesAfter(earlier, new Map());
      const shown = JSON.stringify([[...before], later]);
      valuesAfter(later, new Map(before));
      expect(JSON.stringify([[...before], later])).toBe(shown);
    }),
  );
});

it('costs what is written, not what is there', () => {
  const growth = new Growth();
  let list: Json = [];
  const lists = new Set<Json>();
  for (let index = 0; index < 100; index++) {
    list = growth.grown('a', 'append', list, index);
    lists.add(list);
  }
  expect(lists.size).toBe(1);
});

type Writes = typeof anyWrites extends fc.Arbitrary<infer T> ? T : never;

function valuesAfter(writes: Writes, values: Map<string, Json>): Map<string, Json> {
  const growth = new Growth();
  for (const { name, reducer, value } of writes) values.set(name, growth.grown(name, reducer, values.get(name), value));
  return values;
}
