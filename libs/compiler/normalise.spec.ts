import { defaultInput, executionOrder, normalise } from './normalise.js';
import type { Workflow } from './workflow.js';

const prompt = { source: 'initial_prompt' } as const;

describe('the normal form of a workflow', () => {
  it('links the agents of a pipeline in the order of execution, not of the list', () => {
    const source: Workflow = {
      type: 'pipeline',
      agents: [
        { agent_id: 'b', execution_order: 2, input: prompt },
        { agent_id: 'a', execution_order: 1, input: prompt },
      ],
    };
    expect(normalise(source).agents).toEqual([
      { agent_id: 'b', role: 'member', execution_order: 2, input: { source: 'agent_result', agent_id: 'a' } },
      { agent_id: 'a', role: 'member', execution_order: 1, input: prompt },
    ]);
  });

  it('leaves explicit inputs and other strategies alone', () => {
    const explicit = { source: 'agent_result', agent_id: 'wrong' } as const;
    const agents = [
      { agent_id: 'a', role: 'leader', input: prompt },
      { agent_id: 'b', role: 'member', input: explicit },
    ] as const;
    expect(normalise({ type: 'pipeline', agents })).toEqual({ type: 'pipeline', agents });
    const same = [agents[0], { ...agents[0], agent_id: 'c' }];
    expect(normalise({ type: 'parallel', agents: same })).toEqual({ type: 'parallel', agents: same });
  });

  it('says the role that is meant and drops conditions that say nothing', () => {
    const agents = [
      { agent_id: 'a', input: prompt, conditions: {} },
      { agent_id: 'b', role: null, input: prompt, conditions: [], timeout: null },
    ];
    expect(normalise({ type: 'parallel', agents, config: null })).toEqual({
      type: 'parallel',
      agents: [
        { agent_id: 'a', role: 'member', input: prompt },
        { agent_id: 'b', role: 'member', input: prompt, conditions: [], timeout: null },
      ],
      config: null,
    });
  });

  it('keeps everything else exactly as it was sent', () => {
    const agent = {
      agent_id: 'a',
      role: 'coordinator',
      execution_order: 1,
      input: { source: 'combined', sources: [{ type: 'initial_prompt' }] },
      conditions: [{ field: 'result', operator: 'exists', note: 'mine' }],
      timeout: 0.5,
      retry_config: { max_attempts: 2, mine: [1] },
    } as const;
    const source: Workflow = { type: 'sequential', agents: [agent], config: { layout: { x: 1 } } };
    expect(normalise(source)).toEqual(source);
  });
});

it('runs parallel and conditional agents as they are listed', () => {
  const agents = [
    { agent_id: 'b', execution_order: 2, input: prompt },
    { agent_id: 'a', execution_order: 1, input: prompt },
  ];
  expect(executionOrder({ type: 'conditional', agents })).toEqual(agents);
  expect(executionOrder({ type: 'parallel', agents })).toEqual(agents);
  expect(executionOrder({ type: 'sequential', agents })).toEqual([...agents].reverse());
});

it('gives an agent that is added without an input what its strategy usually gives', () => {
  const last = { agent_id: 'a', input: prompt };
  expect(defaultInput({ type: 'pipeline', agents: [last] }, last)).toEqual({ source: 'agent_result', agent_id: 'a' });
  expect(defaultInput({ type: 'pipeline', agents: [] }, null)).toEqual(prompt);
  expect(defaultInput({ type: 'sequential', agents: [last] }, last)).toEqual(prompt);
});
