import type { Json } from '#libs/kernel/index.js';
import { holds, valueAt } from './conditions.js';
import type { StepOutput } from './events.js';
import type { Operator } from './plan.js';
import type { Scope } from './scope.js';

function scopeWith(variables: Readonly<Record<string, Json | undefined>>): Scope {
  return { knows: (name) => Object.hasOwn(variables, name), value: (name) => variables[name] };
}

function output(data: Json, result = ''): StepOutput {
  return { result, data, execution_time: 0 };
}

function met(actual: Json | undefined, operator: Operator, value: Json): boolean {
  return holds([{ field: 'x', operator, value }], scopeWith({ x: actual }), null);
}

describe('an operator', () => {
  it.each<[Json, Operator, Json, boolean]>([
    ['a', 'equals', 'a', true],
    ['a', 'equals', 'A', false],
    ['1', 'equals', '1.0', false],
    ['5', 'equals', 5, true],
    [' 5.0 ', 'equals', 5, true],
    [5, 'equals', '5', true],
    [5, 'equals', 'five', false],
    ['', 'equals', 0, false],
    ['0x10', 'equals', 16, false],
    ['true', 'equals', true, true],
    [false, 'equals', 'False', true],
    [true, 'equals', 1, false],
    ['yes', 'equals', true, false],
    [null, 'equals', null, true],
    ['null', 'equals', null, false],
    [['a', 1], 'equals', ['a', 1], true],
    [['a', 1], 'equals', [1, 'a'], false],
    [{ a: 1, b: [2] }, 'equals', { b: [2], a: 1 }, true],
    [{ a: 1 }, 'equals', { a: 1, b: 2 }, false],
    [{ a: 1 }, 'equals', { b: 1 }, false],
    [[], 'equals', {}, false],
    ['a', 'not_equals', 'b', true],
    ['5', 'not_equals', 5, false],
    ['red car', 'contains', 'car', true],
    ['red car', 'contains', 'Car', false],
    ['code 5', 'contains', 5, true],
    ['null', 'contains', null, false],
    [['a', 'b'], 'contains', 'b', true],
    [[1, 2], 'contains', '2', true],
    [['ab'], 'contains', 'a', false],
    [[{ a: 1 }], 'contains', { a: 1 }, true],
    [{ a: 1 }, 'contains', 'a', true],
    [{ a: 1 }, 'contains', 'toString', false],
    [{ a: 1 }, 'contains', { a: 1 }, false],
    [7, 'contains', 7, false],
    [null, 'contains', 'a', false],
    ['red car', 'not_contains', 'bus', true],
    [['a'], 'not_contains', 'a', false],
    [7, 'not_contains', 7, true],
    [3, 'greater_than', 2, true],
    [2, 'greater_than', 2, false],
    ['10', 'greater_than', '9', true],
    ['1e2', 'greater_than', 99, true],
    ['.5', 'less_than', '1.', true],
    ['many', 'greater_than', 1, false],
    ['many', 'less_than', 1, false],
    [true, 'greater_than', 0, false],
    [null, 'less_than', 1, false],
    [-1, 'less_than', '+1', true],
    ['', 'less_than', 1, false],
    [0, 'exists', 'ignored', true],
    [null, 'exists', null, true],
    ['', 'not_exists', null, false],
  ])('finds that %j %s %j is %s', (actual, operator, value, expected) => {
    expect(met(actual, operator, value)).toBe(expected);
  });

  it.each<[Operator, boolean]>([
    ['equals', false],
    ['not_equals', false],
    ['contains', false],
    ['not_contains', false],
    ['greater_than', false],
    ['less_than', false],
    ['exists', false],
    ['not_exists', true],
  ])('%s on a missing field is %s', (operator, expected) => {
    expect(met(undefined, operator, null)).toBe(expected);
  });

  it('ends nothing early: all conditions must hold', () => {
    const scope = scopeWith({ n: 7, t: 'text' });
    const passing = { field: 'n', operator: 'not_contains', value: 'x' } as const;
    expect(holds([passing, { field: 't', operator: 'equals', value: 'other' }], scope, null)).toBe(false);
    expect(holds([passing, { field: 't', operator: 'equals', value: 'text' }], scope, null)).toBe(true);
    expect(holds([], scope, null)).toBe(true);
  });
});

describe('a field', () => {
  const data = { category: 'billing', list: [{ name: 'a' }], 'dotted.key': 1, nothing: null };

  it.each<[string, unknown]>([
    ['result', 'text'],
    ['data.category', 'billing'],
    ['data.list.0.name', 'a'],
    ['data.list.1.name', undefined],
    ['data.list.length', undefined],
    ['data.list.-1', undefined],
    ['data.nothing', null],
    ['data.nothing.more', undefined],
    ['data.category.0', undefined],
    ['data.dotted.key', undefined],
    ['data..category', undefined],
    ['.', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
    ['data.__proto__.polluted', undefined],
    ['data.constructor.name', undefined],
    ['data.hasOwnProperty', undefined],
  ])('%j of the reference is %j', (field, expected) => {
    expect(valueAt(field, scopeWith({}), output(data, 'text'))).toEqual(expected);
  });

  it('of nothing at all is missing', () => {
    expect(valueAt('result', scopeWith({}), null)).toBeUndefined();
  });

  it('prefers a variable to the reference, and the longest variable to a shorter one', () => {
    const scope = scopeWith({ result: { deep: 1 }, a: { b: { c: 1 } }, 'a.b': { c: 2 } });
    expect(valueAt('result.deep', scope, output(null, 'text'))).toBe(1);
    expect(valueAt('a.b.c', scope, null)).toBe(2);
    expect(valueAt('a.b', scope, null)).toEqual({ c: 2 });
    expect(valueAt('a.x', scope, null)).toBeUndefined();
  });

  it('that names a variable without a value never falls back to a shorter name', () => {
    const scope = scopeWith({ a: { b: 'wrong' }, 'a.b': undefined });
    expect(valueAt('a.b', scope, null)).toBeUndefined();
  });
});
