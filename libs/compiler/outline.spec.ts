import { outlineOf } from './outline.js';
import { planOf } from './testing/plan-of.js';
import type { WorkflowInput } from './workflow.js';

const PROMPT: WorkflowInput = { source: 'initial_prompt' };
const exists = (field: string) => [{ field, operator: 'exists', value: null }];

describe('the outline of a plan', () => {
  it('puts what may run side by side into one column', () => {
    const agents = ['a', 'b', 'c'].map((agent_id) => ({ agent_id, input: PROMPT }));
    const { columns, edges } = outlineOf(planOf({ type: 'parallel', agents }));
    expect([...columns.values()]).toEqual([1, 1, 1]);
    expect(edges).toEqual([]);
  });

  it('says why one waits for another', () => {
    const both: WorkflowInput = { source: 'combined', sources: [{ type: 'agent_result', agent_id: 'b' }] };
    const variable: WorkflowInput = { source: 'context_variable', variable_name: 'agent_b_result' };
    const plan = planOf({
      type: 'conditional',
      agents: [
        { agent_id: 'a', input: PROMPT },
        { agent_id: 'b', input: PROMPT, conditions: exists('agent_a_result') },
        { agent_id: 'c', input: both, conditions: exists('agent_a_result') },
        { agent_id: 'd', input: variable, conditions: exists('initial_prompt') },
      ],
    });
    const { columns, edges } = outlineOf(plan);
    expect([...columns.values()]).toEqual([1, 2, 3, 3]);
    expect(edges.map(({ from, to, why }) => `${from} ${to} ${why}`)).toEqual([
      's1 s2 condition',
      's1 s3 condition',
      's2 s3 input',
      's1 s4 order',
      's2 s4 input',
    ]);
  });
});
