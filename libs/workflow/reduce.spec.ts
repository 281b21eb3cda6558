import fc from 'fast-check';
import type { Json } from '#libs/kernel/index.js';
import type { Reducer } from './plan.js';
import { reduced, wantedBy } from './reduce.js';

const all = (reducer: Reducer, written: readonly Json[], initial?: Json): Json | undefined =>
  written.reduce<Json | undefined>((before, one) => reduced(reducer, before, one), initial);

/** The same things in two orders. */
function inTwoOrders<T>(one: fc.Arbitrary<T>): fc.Arbitrary<readonly [readonly T[], readonly T[]]> {
  return fc
    .uniqueArray(one, { minLength: 1, maxLength: 20 })
    .chain((things) => fc.tuple(fc.constant(things), fc.shuffledSubarray(things, { minLength: things.length })));
}

const anyNumber = fc.integer({ min: -1_000_000, max: 1_000_000 });

describe('in whatever order parallel branches write', () => {
  it('append loses nothing and keeps the order in which it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const written = values as readonly Json[];
        expect(all('append', written, [])).toEqual(written);
        expect(all('append', written)).toEqual(written.length > 0 ? written : undefined);
      }),
    );
  });

  it('sum counts every number once', () => {
    fc.assert(
      fc.property(inTwoOrders(anyNumber), anyNumber, ([one, other], initial) => {
        const total = one.reduce((sum, number) => sum + number, initial);
        expect([all('sum', one, initial), all('sum', other, initial)]).toEqual([total, total]);
      }),
    );
  });

  it('max keeps the greatest', () => {
    fc.assert(
      fc.property(inTwoOrders(anyNumber), ([one, other]) => {
        expect([all('max', one), all('max', other)]).toEqual([Math.max(...one), Math.max(...one)]);
      }),
    );
  });

  it('merge keeps every key, where no two write the same', () => {
    const names = inTwoOrders(fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('__proto__', 'constructor')));
    const own = (name: string): Json => JSON.parse(`{${JSON.stringify(name)}: 1}`);
    fc.assert(
      fc.property(names, ([one, other]) => {
        for (const order of [one, other]) {
          const merged = all('merge', order.map(own)) ?? null;
          expect(Object.keys(Object(merged)).sort()).toEqual([...one].sort());
        }
      }),
    );
  });
});

describe('a reducer', () => {
  it.each<[Reducer, Json | undefined, Json, Json]>([
    ['replace', undefined, 1, 1],
    ['replace', { a: 1 }, null, null],
    ['append', undefined, 'x', ['x']],
    ['append', ['x'], ['y'], ['x', ['y']]],
    ['append', 'x', 'y', ['x', 'y']],
    ['merge', undefined, { a: 1 }, { a: 1 }],
    ['merge', { a: 1, b: 1 }, { b: { c: 2 } }, { a: 1, b: { c: 2 } }],
    ['max', undefined, -3, -3],
    ['max', 2, 1, 2],
    ['sum', undefined, 4, 4],
    ['sum', 4, -1, 3],
  ])('%s makes of %j and %j %j', (reducer, before, written, after) => {
    expect(reduced(reducer, before, written)).toEqual(after);
  });

  it.each<[Reducer, Json, string | null]>([
    ['replace', null, null],
    ['append', { any: 'thing' }, null],
    ['merge', { a: 1 }, null],
    ['merge', [1], 'an object'],
    ['merge', null, 'an object'],
    ['max', 1.5, null],
    ['max', '1', 'a number'],
    ['sum', null, 'a number'],
  ])('%s given %j wants %s', (reducer, value, wanted) => {
    expect(wantedBy(reducer, value)).toBe(wanted);
  });

  it('makes something of whatever a journal holds', () => {
    const anyJson = fc.jsonValue() as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(fc.constantFrom<Reducer>('merge', 'max', 'sum'), anyJson, anyJson, (reducer, before, written) => {
        fc.pre(wantedBy(reducer, before) !== null);
        expect(reduced(reducer, before, written)).toEqual(written);
      }),
    );
  });
});
