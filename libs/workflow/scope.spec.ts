import { valueAt } from './conditions.js';
import type { PlanNode } from './plan.js';
import { agentOfVariable, referenceOf, scopeOf } from './scope.js';
import { planOf, startedWith, stateOf } from './testing/states.js';

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
