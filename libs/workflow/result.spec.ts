import { planOf } from '#libs/compiler/testing/plan-of.js';
import type { Plan, Strategy } from './plan.js';
import { agentResults, finalResult } from './result.js';
import type { State } from './state.js';
import { type Course, stateOf } from './testing/states.js';

function planFor(type: Strategy): Plan {
  const agents = ['a', 'b', 'c'].map((agent_id, index) => ({
    agent_id,
    execution_order: index + 1,
    input: { source: 'initial_prompt' } as const,
    ...(type === 'conditional' && index > 0 && { conditions: [{ field: 'result', operator: 'exists' }] }),
  }));
  return planOf({ type, agents });
}

function finished(plan: Plan, course: Course): State {
  return stateOf(plan, course, { phase: 'finished' });
}

const said = (says: string): object => ({ result: says, execution_time: 0.1 });

describe('the final result', () => {
  it.each<Strategy>(['sequential', 'parallel', 'pipeline', 'conditional'])(
    'of a %s run is null until its end',
    (type) => {
      const plan = planFor(type);
      expect(finalResult(plan, stateOf(plan, { s1: { says: '1' }, s2: { says: '2' }, s3: { says: '3' } }))).toBeNull();
    },
  );

  it.each<Strategy>(['sequential', 'pipeline'])('of a %s run is the output of its last agent', (type) => {
    const plan = planFor(type);
    const all = { s1: { says: '1' }, s2: { says: '2' }, s3: { says: '3' } };
    expect(finalResult(plan, finished(plan, all))).toEqual(said('3'));
    expect(finalResult(plan, finished(plan, { s1: { says: '1' }, s2: 'failed', s3: 'skipped' }))).toBeNull();
  });

  it('is that of the last round', () => {
    const plan = planFor('pipeline');
    const course = { s1: { says: '1' }, s2: { says: '2' }, s3: { says: 'bad' }, 's2~2': { says: '2' } };
    expect(finalResult(plan, finished(plan, { ...course, 's3~2': { says: 'good' } }))).toEqual(said('good'));
    expect(finalResult(plan, finished(plan, { ...course, 's3~2': 'skipped' }))).toBeNull();
  });

  it('of a parallel run gathers every agent and names those that failed', () => {
    const plan = planFor('parallel');
    expect(finalResult(plan, finished(plan, { s1: { says: '1' }, s2: 'failed', s3: { says: '3' } }))).toEqual({
      agent_results: { a: said('1'), c: said('3') },
      summary: '2 of 3 agents succeeded, 1 failed.',
      failed_agents: ['b'],
    });
  });

  it('of a conditional run also says who was executed, in the order of their start', () => {
    const plan = planFor('conditional');
    const course = { s1: { says: '1' }, s3: 'failed', s2: 'skipped' } as const;
    expect(finalResult(plan, finished(plan, course))).toEqual({
      executed_agents: ['a', 'c'],
      agent_results: { a: said('1') },
      summary: '1 of 3 agents succeeded, 1 failed, 1 was skipped.',
      failed_agents: ['c'],
    });
    const other = { s1: { says: '1' }, s3: { says: '3' }, s2: { says: '2' } } as const;
    expect(finalResult(plan, finished(plan, other))).toMatchObject({ executed_agents: ['a', 'c', 'b'] });
  });

  it('is told in one sentence', () => {
    const plan = planFor('parallel');
    const summary = (course: Course): unknown => finalResult(plan, finished(plan, course));
    expect(summary({ s1: 'cancelled', s2: 'cancelled', s3: 'failed' })).toMatchObject({
      summary: '0 of 3 agents succeeded, 1 failed, 2 were cancelled.',
    });
    const alone = planOf({ type: 'parallel', agents: [{ agent_id: 'a', input: { source: 'initial_prompt' } }] });
    expect(finalResult(alone, finished(alone, { s1: { says: '1' } }))).toMatchObject({
      summary: '1 of 1 agent succeeded.',
    });
  });

  it('keeps results under any agent id', () => {
    const plan = planOf({ type: 'parallel', agents: [{ agent_id: '__proto__', input: { source: 'initial_prompt' } }] });
    const results = agentResults(plan, stateOf(plan, { s1: { says: '1' } }));
    expect(Object.entries(results)).toEqual([['__proto__', said('1')]]);
  });
});
