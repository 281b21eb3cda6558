import { planOf } from '#libs/compiler/testing/plan-of.js';
import { stateOf } from './testing/states.js';
import { usedUpBy } from './used-up.js';

const plan = planOf({
  type: 'pipeline',
  agents: [
    { agent_id: 'developer', input: { source: 'initial_prompt' } },
    { agent_id: 'tester', input: { source: 'agent_result', agent_id: 'developer' } },
  ],
  config: {
    feedback: {
      from: 'tester',
      to: 'developer',
      max_iterations: 1,
      when: [{ field: 'data.verdict', operator: 'equals', value: 'fail' }],
    },
  },
});

const tested = (verdict: string) => ({ says: 'tested', data: { verdict } });

describe('a loop', () => {
  const state = (first: string, second: string) =>
    stateOf(plan, { s1: { says: 'code' }, s2: tested(first), 's1~2': { says: 'code' }, 's2~2': tested(second) });

  it('is used up by its last round when that would have gone back as well', () => {
    expect(usedUpBy(state('fail', 'fail'), 's2~2')).toBe(plan.loops[0]);
  });

  it('is not used up by a last round that is content, by earlier rounds, or by other nodes', () => {
    expect(usedUpBy(state('fail', 'pass'), 's2~2')).toBeUndefined();
    expect(usedUpBy(state('fail', 'fail'), 's2')).toBeUndefined();
    expect(usedUpBy(state('fail', 'fail'), 's1~2')).toBeUndefined();
    expect(usedUpBy(state('fail', 'fail'), 'nowhere')).toBeUndefined();
  });
});
