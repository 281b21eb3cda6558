import type { Json } from '#libs/kernel/index.js';
import { agentOfVariable, holds, referenceOf, type Scope, scopeOf, valueAt } from './conditions.js';
import type { StepOutput } from './events.js';
import type { Operator, PlanNode } from './plan.js';
import { planOf, startedWith, stateOf } from './testing/states.js';

function scopeWith(variables: Readonly<Record<string, unknown>>): Scope {
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

describe('the scope of an execution', () => {
  const plan = planOf({
    type: 'conditional',
    agents: [
      { agent_id: 'x.1', input: { source: 'initial_prompt' } },
      {
        agent_id: '__proto__',
        input: { source: 'initial_prompt' },
        conditions: [{ field: 'result', operator: 'exists' }],
      },
      {
        agent_id: 'z',
        input: { source: 'agent_result', agent_id: 'x.1' },
        conditions: [{ field: 'result', operator: 'exists' }],
      },
    ],
  });
  const started = startedWith(plan, 'do it');

  it('holds the four variables of the start', () => {
    const scope = scopeOf(plan, started, stateOf(plan, {}));
    const names = ['initial_prompt', 'team_id', 'execution_id', 'workflow_type'];
    expect(names.map((name) => scope.value(name))).toEqual(['do it', 't1', 'e1', 'conditional']);
    expect(names.every((name) => scope.knows(name))).toBe(true);
  });

  it('holds the result of each agent that succeeded, whatever its id', () => {
    const scope = scopeOf(plan, started, stateOf(plan, { s1: { says: 'one', data: { a: 1 } }, s2: { says: 'two' } }));
    expect(valueAt('agent_x.1_result.data.a', scope, null)).toBe(1);
    expect(valueAt('agent___proto___result.result', scope, null)).toBe('two');
  });

  it('knows agents that have not succeeded, but no value of them', () => {
    const scope = scopeOf(plan, started, stateOf(plan, { s1: 'failed', s2: 'waiting' }));
    expect([scope.knows('agent_x.1_result'), scope.value('agent_x.1_result')]).toEqual([true, undefined]);
    expect(scope.value('agent___proto___result')).toBeUndefined();
  });

  it('knows nothing else', () => {
    const scope = scopeOf(plan, started, stateOf(plan, { s1: { says: 'one' } }));
    for (const name of ['agent_y_result', 'agent__result', 'result', 'constructor', '__proto__', '']) {
      expect([scope.knows(name), scope.value(name)]).toEqual([false, undefined]);
    }
  });

  it('shows the latest round of a node, and nothing while that round is open', () => {
    const twice = stateOf(plan, { s1: { says: 'first' }, 's1~2': { says: 'second' } });
    expect(valueAt('agent_x.1_result.result', scopeOf(plan, started, twice), null)).toBe('second');
    const open = stateOf(plan, { s1: { says: 'first' }, 's1~2': 'waiting' });
    expect(valueAt('agent_x.1_result.result', scopeOf(plan, started, open), null)).toBeUndefined();
  });

  it('answers bare fields by the agent of the input, else by the one completed last', () => {
    const [, second, third] = plan.nodes;
    const state = stateOf(plan, { s1: { says: 'one' }, s2: { says: 'two' } });
    expect(referenceOf(third as PlanNode, state)?.result).toBe('one');
    expect(referenceOf(second as PlanNode, state)?.result).toBe('two');
    expect(referenceOf(second as PlanNode, stateOf(plan, { s1: 'failed' }))).toBeNull();
    expect(referenceOf(third as PlanNode, stateOf(plan, { s1: 'failed', s2: { says: 'two' } }))).toBeNull();
  });

  it('never takes the answer to a consultation for that of the agent completed last', () => {
    const state = stateOf(plan, { s1: { says: 'one' }, c1: { says: 'an answer' } });
    const consulted = { ...state.steps.c1, node: null } as (typeof state.steps)[string];
    const asked = { ...state, steps: { ...state.steps, c1: consulted } };
    expect(referenceOf(plan.nodes[1] as PlanNode, asked)?.result).toBe('one');
  });
});

it.each<[string, string | null]>([
  ['agent_a_result', 'a'],
  ['agent_a_result_result', 'a_result'],
  ['agent__result', null],
  ['agent_result', null],
  ['agent_a', null],
  ['a_result', null],
])('the variable %s belongs to agent %s', (name, agent) => {
  expect(agentOfVariable(name)).toBe(agent);
});
