import type { WorkflowInput } from '#libs/compiler/index.js';
import { planOf } from '#libs/compiler/testing/plan-of.js';
import { inputOf } from './input.js';
import type { Plan } from './plan.js';
import type { State, Step } from './state.js';
import { type Course, startedWith, stateOf } from './testing/states.js';

function planWith(input: WorkflowInput): Plan {
  const prompt = { source: 'initial_prompt' } as const;
  return planOf({
    type: 'sequential',
    agents: [
      { agent_id: 'a', execution_order: 1, input: prompt },
      { agent_id: 'b', execution_order: 2, input: prompt },
      { agent_id: 'c', execution_order: 3, input },
    ],
  });
}

function receives(input: WorkflowInput, course: Course): unknown {
  const plan = planWith(input);
  return inputOf(plan, startedWith(plan), stateOf(plan, { ...course, s3: 'waiting' }), 's3');
}

function withStep(state: State, id: string, change: Partial<Step>): State {
  const changed = { ...state.steps[id], ...change } as Step;
  return { ...state, steps: { ...state.steps, [id]: changed } };
}

describe('the input of a step', () => {
  it('is the prompt, written by the user', () => {
    expect(receives({ source: 'initial_prompt' }, {})).toEqual({ texts: [{ text: 'the prompt', author: 'user' }] });
  });

  it('is the result of another agent, written by an agent', () => {
    const input = { source: 'agent_result', agent_id: 'a' } as const;
    expect(receives(input, { s1: { says: 'one' } })).toEqual({ texts: [{ text: 'one', author: 'agent' }] });
    expect(receives(input, { s1: { says: '' } })).toEqual({ texts: [{ text: '', author: 'agent' }] });
  });

  it.each(['failed', 'skipped', 'cancelled', 'waiting'])('is missing while its one source is %s', (what) => {
    expect(receives({ source: 'agent_result', agent_id: 'a' }, { s1: what })).toEqual({ missing: 'source' });
  });

  it('combines several in the order in which they are named, leaving out what did not succeed', () => {
    const sources = [
      { type: 'agent_result', agent_id: 'b' },
      { type: 'initial_prompt' },
      { type: 'agent_result', agent_id: 'a' },
    ] as const;
    const one = { text: 'one', author: 'agent' };
    const prompt = { text: 'the prompt', author: 'user' };
    const combined = { source: 'combined', sources } as const;
    expect(receives(combined, { s1: { says: 'one' }, s2: { says: 'two' } })).toEqual({
      texts: [{ text: 'two', author: 'agent' }, prompt, one],
    });
    expect(receives(combined, { s1: { says: 'one' }, s2: 'skipped' })).toEqual({ texts: [prompt, one] });
  });

  it('is missing when nothing is left to combine', () => {
    const sources = [
      { type: 'agent_result', agent_id: 'a' },
      { type: 'agent_result', agent_id: 'b' },
    ] as const;
    expect(receives({ source: 'combined', sources }, { s1: 'failed', s2: 'skipped' })).toEqual({ missing: 'no-input' });
  });

  it('is a context variable: text as it is, an output by its result', () => {
    const variable = (variable_name: string): unknown =>
      receives({ source: 'context_variable', variable_name }, { s1: { says: 'one', data: { a: 1 } } });
    expect(variable('initial_prompt')).toEqual({ texts: [{ text: 'the prompt', author: 'user' }] });
    expect(variable('team_id')).toEqual({ texts: [{ text: 't1', author: 'agent' }] });
    expect(variable('agent_a_result')).toEqual({ texts: [{ text: 'one', author: 'agent' }] });
    expect(variable('agent_b_result')).toEqual({ missing: 'source' });
    expect(variable('tone')).toEqual({ missing: 'source' });
  });

  it('ends with the text that sent the work back', () => {
    const plan = planWith({ source: 'initial_prompt' });
    const state = stateOf(plan, { s1: { says: 'one' }, s2: { says: 'too short' }, 's1~2': 'waiting' });
    const back = withStep(state, 's1~2', { feedbackFrom: 's2' });
    expect(inputOf(plan, startedWith(plan), back, 's1~2')).toEqual({
      texts: [
        { text: 'the prompt', author: 'user' },
        { text: 'too short', author: 'agent' },
      ],
    });
  });

  it('has no feedback of a step that gave none', () => {
    const plan = planWith({ source: 'initial_prompt' });
    const state = stateOf(plan, { s2: 'failed', 's1~2': 'waiting' });
    const back = withStep(state, 's1~2', { feedbackFrom: 's2' });
    expect(inputOf(plan, startedWith(plan), back, 's1~2')).toEqual({ texts: [{ text: 'the prompt', author: 'user' }] });
  });

  it('is the question, for an agent that another one asks', () => {
    const plan = planWith({ source: 'initial_prompt' });
    const added = { agentId: 'x', askedBy: 's1', depth: 1, deadline: 9, question: 'how many?' };
    const state = withStep(stateOf(plan, { c1: 'waiting' }), 'c1', { node: null, added });
    expect(inputOf(plan, startedWith(plan), state, 'c1')).toEqual({ texts: [{ text: 'how many?', author: 'agent' }] });
  });

  it('is missing for a step that nobody opened or that no plan knows', () => {
    const plan = planWith({ source: 'initial_prompt' });
    const state = withStep(stateOf(plan, { s1: 'waiting' }), 's1', { node: 's9' });
    expect(inputOf(plan, startedWith(plan), state, 's2')).toEqual({ missing: 'source' });
    expect(inputOf(plan, startedWith(plan), state, 's1')).toEqual({ missing: 'source' });
  });
});
