import fc from 'fast-check';
import type { Json } from '#libs/kernel/index.js';
import { holds, OPERATORS, type Operator } from '#libs/workflow/index.js';
import { contradictionIn } from './contradiction.js';

const keyed = (operator: Operator, value: Json = null, key = 'k') => ({
  key,
  condition: { field: 'value', operator, value },
});

describe('two conditions on one value exclude each other', () => {
  it.each<[string, readonly [Operator, Json], readonly [Operator, Json]]>([
    ['two different words', ['equals', 'billing'], ['equals', 'technical']],
    ['two different numbers', ['equals', 5], ['equals', 6]],
    ['a word and its opposite', ['equals', 'a'], ['not_equals', 'a']],
    ['a number below its bound', ['equals', 2], ['greater_than', 2]],
    ['a number above its bound', ['equals', '7'], ['less_than', 7]],
    ['a word and a size', ['equals', 'many'], ['greater_than', 3]],
    ['a word and a part that it has not', ['equals', 'urgent'], ['contains', 'x']],
    ['a word and a part that it has', ['equals', 'urgent'], ['not_contains', 'urg']],
    ['bounds that cross', ['greater_than', 5], ['less_than', 5]],
    ['bounds written as text', ['greater_than', '10'], ['less_than', '9']],
    ['a part that is and is not there', ['contains', 'x'], ['not_contains', 'x']],
    ['there and not there', ['exists', null], ['not_exists', null]],
    ['not there and equal', ['not_exists', null], ['equals', 1]],
    ['not there and different', ['not_exists', null], ['not_equals', 1]],
  ])('%s', (_, one, other) => {
    expect(contradictionIn([keyed(...one), keyed(...other)])).not.toBeNull();
    expect(contradictionIn([keyed(...other), keyed(...one)])).not.toBeNull();
  });

  it.each<[string, readonly [Operator, Json], readonly [Operator, Json]]>([
    ['a number written in two ways', ['equals', 5], ['equals', '5.0']],
    ['a truth written in two ways', ['equals', true], ['equals', 'TRUE']],
    ['bounds with room between them', ['greater_than', 5], ['less_than', 5.1]],
    ['a number and how it may be written', ['equals', 5], ['contains', '.0']],
    ['a number and a text that looks like it', ['equals', 5], ['not_equals', '5']],
    ['there and equal', ['exists', null], ['equals', 1]],
    ['two parts', ['contains', 'x'], ['not_contains', 'y']],
  ])('but not %s', (_, one, other) => {
    expect(contradictionIn([keyed(...one), keyed(...other)])).toBeNull();
  });

  it('only where they ask about the same thing', () => {
    expect(contradictionIn([keyed('equals', 1, 'a'), keyed('equals', 2, 'b')])).toBeNull();
  });

  it('never when some value meets both, whatever they are', () => {
    const value = fc.oneof(
      fc.constantFrom<Json>(0, 1, 5, '5', '5.0', ' 5 ', 'x', 'xy', '', true, 'true', 'TRUE', null, [], ['x'], { x: 1 }),
      fc.jsonValue({ maxDepth: 2 }).map((one): Json => JSON.parse(JSON.stringify(one))),
    );
    const condition = fc.record({ field: fc.constant('value'), operator: fc.constantFrom(...OPERATORS), value });
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 4 }), value, (conditions, actual) => {
        const scope = { knows: (name: string) => name === 'value', value: () => actual };
        if (!holds(conditions, scope, null)) return;
        expect(contradictionIn(conditions.map((one) => ({ key: 'k', condition: one })))).toBeNull();
      }),
      { numRuns: 3_000 },
    );
  });

  it('is found in time that grows with their number alone', () => {
    const many = Array.from({ length: 100_000 }, (_, n) => keyed(OPERATORS[n % 6] ?? 'exists', n));
    const began = performance.now();
    contradictionIn(many);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
