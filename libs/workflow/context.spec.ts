import { planOf } from '#libs/compiler/testing/plan-of.js';
import { contextOf } from './context.js';
import { startedWith, stateOf } from './testing/states.js';

const input = { source: 'initial_prompt' } as const;
const plan = planOf({ type: 'parallel', agents: ['a.1', '__proto__', 'c'].map((agent_id) => ({ agent_id, input })) });
const started = startedWith(plan, 'do it');
const start = { initial_prompt: 'do it', team_id: 't1', execution_id: 'e1', workflow_type: 'parallel' };

it('holds at the beginning what the run began with', () => {
  expect(contextOf(started, stateOf(plan, { s1: 'waiting' }))).toEqual(start);
});

it('holds the output of every agent that succeeded, whatever its id, and of no other', () => {
  const state = stateOf(plan, { s1: { says: 'one', data: [1] }, s2: { says: 'two' }, s3: 'failed' });
  expect(contextOf(started, state)).toEqual({
    ...start,
    'agent_a.1_result': { result: 'one', data: [1], execution_time: 0.1 },
    agent___proto___result: { result: 'two', execution_time: 0.1 },
  });
});
