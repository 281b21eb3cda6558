import { planOf } from '#libs/compiler/testing/plan-of.js';
import { valueAt } from './conditions.js';
import { foldAll } from './fold.js';
import type { PlanNode } from './plan.js';
import { agentOfVariable, referenceOf, scopeOf } from './scope.js';
import type { State } from './state.js';
import { started as begun, journalOf, question, stateAfter, succeeded } from './testing/journals.js';
import { startedWith, stateOf } from './testing/states.js';

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

  it('shows what a node gave last, also while it is at work on another round', () => {
    const twice = stateOf(plan, { s1: { says: 'first' }, 's1~2': { says: 'second' } });
    expect(valueAt('agent_x.1_result.result', scopeOf(plan, started, twice), null)).toBe('second');
    const open = stateOf(plan, { s1: { says: 'first' }, 's1~2': 'waiting' });
    expect(valueAt('agent_x.1_result.result', scopeOf(plan, started, open), null)).toBe('first');
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
    const asked = stateAfter(
      plan,
      begun('s1'),
      question('c1', 's1'),
      begun('c1'),
      succeeded('s1', 'one'),
      succeeded('c1'),
    );
    expect(referenceOf(plan.nodes[1] as PlanNode, asked)?.result).toBe('one');
  });

  it('takes for the one completed last whom the journal names last, whatever the clocks said', () => {
    const bodies = [begun('s1'), begun('s2'), succeeded('s1', 'one'), succeeded('s2', 'two')];
    const journal = journalOf(plan, bodies).map((event) => ({ ...event, at: -event.at }));
    expect(referenceOf(plan.nodes[1] as PlanNode, foldAll(journal))?.result).toBe('two');
  });

  it('holds in a pipeline the text that was passed on last, and in no other strategy', () => {
    const agents = ['a', 'b'].map((agent_id, at) => ({
      agent_id,
      input: at === 0 ? { source: 'initial_prompt' as const } : { source: 'agent_result' as const, agent_id: 'a' },
    }));
    const line = planOf({ type: 'pipeline', agents });
    const at = (state: State) => scopeOf(line, startedWith(line), state).value('pipeline_input');
    expect(at(stateOf(line, {}))).toBeUndefined();
    expect(at(stateOf(line, { s1: { says: 'one', data: 1 } }))).toBe('one');
    expect(at(stateOf(line, { s1: { says: 'one' }, s2: { says: 'two' } }))).toBe('two');
    const scope = scopeOf(plan, started, stateOf(plan, { s1: { says: 'one' } }));
    expect([scope.knows('pipeline_input'), scope.value('pipeline_input')]).toEqual([false, undefined]);
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
