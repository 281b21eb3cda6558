import type { Json, JsonObject } from '#libs/kernel/index.js';
import type { Plan, Strategy } from '#libs/workflow/index.js';
import { compile } from './compile.js';
import type { Problem, Workflow, WorkflowAgent, WorkflowInput } from './workflow.js';

const PROMPT: WorkflowInput = { source: 'initial_prompt' };

function agent(agent_id: string, rest: Partial<WorkflowAgent> = {}): WorkflowAgent {
  return { agent_id, input: PROMPT, ...rest };
}

function resultOf(agent_id: string): WorkflowInput {
  return { source: 'agent_result', agent_id };
}

function workflow(type: Strategy, agents: readonly WorkflowAgent[], config?: JsonObject): Workflow {
  return { type, agents, ...(config && { config }) };
}

function sequence(...agents: readonly WorkflowAgent[]): Workflow {
  return workflow(
    'sequential',
    agents.map((one, index) => ({ execution_order: index + 1, ...one })),
  );
}

function planOf(source: Workflow, agentIds?: readonly string[]): Plan {
  const plan = compile(source, agentIds ? { agentIds } : {});
  if (Array.isArray(plan)) throw new Error(plan.map(({ path, message }) => `${path} ${message}`).join('; '));
  return plan;
}

function problemsOf(source: Workflow, agentIds?: readonly string[]): readonly Problem[] {
  const problems = compile(source, agentIds ? { agentIds } : {});
  return Array.isArray(problems) ? problems : [];
}

function placesOf(source: Workflow, agentIds?: readonly string[]): readonly string[] {
  return problemsOf(source, agentIds).map(({ path, code }) => `${path.replace('workflow_definition.', '')} ${code}`);
}

const after = ({ nodes }: Plan): readonly string[] => nodes.map((one) => `${one.agentId}: ${one.after.join(' ')}`);
const equals = (field: string): Json => [{ field, operator: 'equals', value: 'x' }];

describe('a sequential workflow', () => {
  it('runs in ascending execution_order, each agent after the one before', () => {
    const plan = planOf(
      workflow('sequential', [agent('b', { execution_order: 7 }), agent('a', { execution_order: -1 })]),
    );
    expect(plan.nodes.map(({ id, agentId }) => [id, agentId])).toEqual([
      ['s1', 'a'],
      ['s2', 'b'],
    ]);
    expect(after(plan)).toEqual(['a: ', 'b: s1']);
    expect(plan.onFailure).toBe('stop');
  });

  it('takes its inputs from the prompt, from one earlier agent, or from several', () => {
    const sources = [{ type: 'agent_result', agent_id: 'b' }, { type: 'initial_prompt' }] as const;
    const plan = planOf(
      sequence(
        agent('a'),
        agent('b', { input: resultOf('a') }),
        agent('c', { input: { source: 'combined', sources } }),
      ),
    );
    expect(plan.nodes.map(({ input }) => input)).toEqual([
      { from: 'prompt' },
      { from: 'result', node: 's1' },
      { from: 'combined', parts: [{ from: 'result', node: 's2' }, { from: 'prompt' }] },
    ]);
  });

  it('needs an order for every agent, each a different one', () => {
    const source = workflow('sequential', [
      agent('a', { execution_order: 1 }),
      agent('b'),
      agent('c', { execution_order: null }),
      agent('d', { execution_order: 1 }),
    ]);
    expect(placesOf(source)).toEqual([
      'agents[1].execution_order workflow.order-missing',
      'agents[2].execution_order workflow.order-missing',
      'agents[3].execution_order workflow.order-taken',
    ]);
  });

  it('keeps conditions without evaluating them, but refuses ones that say nothing', () => {
    expect(planOf(sequence(agent('a', { conditions: equals('nobody.knows') }))).nodes[0]?.conditions).toEqual([]);
    const wrong = [{ field: 'result', operator: 'resembles', value: 1 }];
    expect(placesOf(sequence(agent('a', { conditions: wrong })))).toEqual([
      'agents[0].conditions[0].operator workflow.unknown-operator',
    ]);
  });
});

describe('a parallel workflow', () => {
  it('runs all at once on the prompt', () => {
    const plan = planOf(
      workflow('parallel', [
        agent('a'),
        agent('b', { input: { source: 'combined', sources: [{ type: 'initial_prompt' }] } }),
      ]),
    );
    expect(after(plan)).toEqual(['a: ', 'b: ']);
    expect(plan.width).toBe(2);
  });

  it('never runs wider than the option says', () => {
    expect(compile(workflow('parallel', [agent('a'), agent('b'), agent('c')]), { width: 2 })).toMatchObject({
      width: 2,
    });
  });

  it('refuses inputs that look at another agent', () => {
    const sources = [{ type: 'initial_prompt' }, { type: 'agent_result', agent_id: 'a' }] as const;
    const source = workflow('parallel', [
      agent('a'),
      agent('b', { input: resultOf('a') }),
      agent('c', { input: { source: 'combined', sources } }),
      agent('d', { input: { source: 'context_variable', variable_name: 'team_id' } }),
      agent('e', { input: { source: 'combined', sources: [] } }),
    ]);
    expect(placesOf(source)).toEqual([
      'agents[1].input.source workflow.input-not-prompt',
      'agents[2].input.source workflow.input-not-prompt',
      'agents[3].input.source workflow.input-not-prompt',
      'agents[4].input.sources workflow.sources-missing',
    ]);
  });

  it.each([
    [undefined, 'finish-others'],
    [null, 'finish-others'],
    ['fail', 'finish-others'],
    ['fail_fast', 'fail-fast'],
    ['continue', 'continue'],
  ])('with failure_policy %j does %s', (failure_policy, onFailure) => {
    const config = failure_policy === undefined ? {} : { failure_policy };
    expect(planOf(workflow('parallel', [agent('a')], config)).onFailure).toBe(onFailure);
  });

  it('alone knows a failure policy, and only three of them', () => {
    const policy = (type: Strategy, failure_policy: Json): readonly string[] =>
      placesOf(workflow(type, [agent('a', { execution_order: 1 })], { failure_policy }));
    expect(policy('parallel', 'ignore')).toEqual(['config.failure_policy workflow.failure-policy-invalid']);
    expect(policy('parallel', { a: 1 })).toEqual(['config.failure_policy workflow.failure-policy-invalid']);
    expect(policy('sequential', 'continue')).toEqual(['config.failure_policy workflow.failure-policy-invalid']);
  });
});

describe('a pipeline', () => {
  it('gives every later agent the result of the one before, as the form of the UI means it', () => {
    const plan = planOf(workflow('pipeline', [agent('a'), agent('b'), agent('c', { input: resultOf('b') })]));
    expect(plan.nodes.map(({ input }) => input)).toEqual([
      { from: 'prompt' },
      { from: 'result', node: 's1' },
      { from: 'result', node: 's2' },
    ]);
    expect(after(plan)).toEqual(['a: ', 'b: s1', 'c: s2']);
    expect(plan.onFailure).toBe('stop');
  });

  it('goes by execution_order if all have one, equal ones as listed, else by the list', () => {
    const orders = (...all: readonly (number | null)[]): readonly string[] =>
      planOf(
        workflow(
          'pipeline',
          all.map((execution_order, index) => agent('abc'.charAt(index), { execution_order })),
        ),
      ).nodes.map(({ agentId }) => agentId);
    expect(orders(3, 1, 2)).toEqual(['b', 'c', 'a']);
    expect(orders(2, 1, 1)).toEqual(['b', 'c', 'a']);
    expect(orders(3, null, 1)).toEqual(['a', 'b', 'c']);
  });

  it('refuses any other explicit input', () => {
    const source = workflow('pipeline', [
      agent('a', { input: resultOf('b') }),
      agent('b', { input: resultOf('a') }),
      agent('c', { input: resultOf('a') }),
      agent('d', { input: { source: 'combined', sources: [{ type: 'initial_prompt' }] } }),
    ]);
    expect(placesOf(source)).toEqual([
      'agents[0].input.source workflow.input-not-previous',
      'agents[2].input.agent_id workflow.input-not-previous',
      'agents[3].input.source workflow.input-not-previous',
    ]);
  });
});

describe('feedback in a pipeline', () => {
  const when = [{ field: 'data.verdict', operator: 'equals', value: 'fail' }];
  const feedback = { from: 'c', to: 'b', max_iterations: 3, when };
  const three = [agent('a'), agent('b'), agent('c')];

  it('becomes a loop over every node between the two agents', () => {
    const plan = planOf(workflow('pipeline', [...three, agent('d')], { feedback: { ...feedback, to: 'a' } }));
    expect(plan.loops).toEqual([{ id: 'l1', from: 's3', to: 's1', body: ['s1', 's2', 's3'], maxRounds: 3, when }]);
  });

  it('may ask for the result of the agent it comes from', () => {
    const own = { ...feedback, when: equals('agent_c_result.data.verdict') };
    expect(planOf(workflow('pipeline', three, { feedback: own })).loops).toHaveLength(1);
    const later = { ...feedback, from: 'b', to: 'a', when: equals('agent_c_result.result') };
    expect(placesOf(workflow('pipeline', three, { feedback: later }))).toEqual([
      'config.feedback.when[0].field workflow.later-agent',
    ]);
  });

  it.each<[string, Json, readonly string[]]>([
    ['no object', 7, ['config.feedback workflow.feedback-invalid']],
    [
      'unknown agents',
      { ...feedback, from: 'x', to: 9 },
      ['config.feedback.from workflow.unknown-agent', 'config.feedback.to workflow.unknown-agent'],
    ],
    ['the wrong direction', { ...feedback, from: 'b', to: 'c' }, ['config.feedback.to workflow.later-agent']],
    ['itself', { ...feedback, to: 'c' }, ['config.feedback.to workflow.later-agent']],
    ['no rounds', { ...feedback, max_iterations: 0 }, ['config.feedback.max_iterations workflow.feedback-invalid']],
    ['half rounds', { ...feedback, max_iterations: 1.5 }, ['config.feedback.max_iterations workflow.feedback-invalid']],
    [
      'endless rounds',
      { ...feedback, max_iterations: 101 },
      ['config.feedback.max_iterations workflow.feedback-invalid'],
    ],
    ['no bound', { from: 'c', to: 'b', when }, ['config.feedback.max_iterations workflow.loop-unbounded']],
    ['nothing to wait for', { ...feedback, when: [] }, ['config.feedback.when workflow.conditions-missing']],
    [
      'a wrong condition',
      { ...feedback, when: [7, when[0] ?? null] },
      ['config.feedback.when[0] workflow.condition-invalid'],
    ],
  ])('refuses %s', (_, written, places) => {
    expect(placesOf(workflow('pipeline', three, { feedback: written }))).toEqual(places);
  });

  it('is known in no other workflow', () => {
    expect(placesOf(workflow('parallel', three, { feedback }))).toEqual(['config.feedback workflow.feedback-invalid']);
    expect(planOf(workflow('parallel', three, { feedback: null })).loops).toEqual([]);
  });
});

describe('a conditional workflow', () => {
  it('decides each later agent after the first and after everything it refers to', () => {
    const sources = [
      { type: 'agent_result', agent_id: 'b' },
      { type: 'agent_result', agent_id: 'c' },
    ] as const;
    const plan = planOf(
      workflow('conditional', [
        agent('a'),
        agent('b', { conditions: equals('agent_a_result.data.category') }),
        agent('c', { conditions: equals('agent_a_result.data.category') }),
        agent('d', { input: { source: 'combined', sources }, conditions: equals('agent_a_result.result') }),
        agent('e', { conditions: equals('agent_d_result.result') }),
        agent('f', { input: resultOf('b'), conditions: equals('initial_prompt') }),
        agent('g', {
          input: { source: 'context_variable', variable_name: 'agent_c_result' },
          conditions: equals('team_id'),
        }),
      ]),
    );
    expect(after(plan)).toEqual(['a: ', 'b: s1', 'c: s1', 'd: s1 s2 s3', 'e: s1 s4', 'f: s1 s2', 'g: s1 s3']);
    expect(plan.onFailure).toBe('tolerate');
  });

  it('knows which conditions another completion could turn', () => {
    const turns = (field: string, input: WorkflowInput = PROMPT): boolean | undefined =>
      planOf(workflow('conditional', [agent('a'), agent('b', { input, conditions: equals(field) })])).nodes[1]
        ?.conditionsMayTurn;
    expect(turns('result')).toBe(true);
    expect(turns('data.category')).toBe(true);
    expect(turns('result', resultOf('a'))).toBe(false);
    expect(turns('agent_a_result.result')).toBe(false);
    expect(turns('workflow_type')).toBe(false);
    expect(turns('team_id.x')).toBe(false);
  });

  it('answers bare fields by the agent its input names', () => {
    const reference = (input: WorkflowInput): string | null | undefined =>
      planOf(workflow('conditional', [agent('a'), agent('b', { input, conditions: equals('result') })])).nodes[1]
        ?.reference;
    expect(reference(resultOf('a'))).toBe('s1');
    expect(reference({ source: 'initial_prompt', agent_id: 'a' })).toBe('s1');
    expect(reference({ source: 'initial_prompt', agent_id: 'b' })).toBeNull();
    expect(reference({ source: 'initial_prompt', agent_id: '' })).toBeNull();
    expect(reference(PROMPT)).toBeNull();
  });

  it('finds agents whose ids hold dots and colons', () => {
    const plan = planOf(
      workflow('conditional', [
        agent('a'),
        agent('a_result.b:1', { conditions: equals('agent_a_result.data') }),
        agent('c', { conditions: equals('agent_a_result.b:1_result.data') }),
      ]),
    );
    expect(after(plan)).toEqual(['a: ', 'a_result.b:1: s1', 'c: s1 s2']);
  });

  it('needs conditions on all agents but the first, which takes none', () => {
    const source = workflow('conditional', [
      agent('a', { conditions: equals('initial_prompt') }),
      agent('b'),
      agent('c', { conditions: {} }),
      agent('d', { conditions: [] }),
      agent('e', { conditions: null }),
    ]);
    expect(placesOf(source)).toEqual([
      'agents[0].conditions workflow.conditions-first',
      'agents[1].conditions workflow.conditions-missing',
      'agents[2].conditions workflow.conditions-missing',
      'agents[3].conditions workflow.conditions-missing',
      'agents[4].conditions workflow.conditions-missing',
    ]);
    expect(planOf(workflow('conditional', [agent('a', { conditions: {} })])).nodes[0]?.conditions).toEqual([]);
  });

  it('refuses conditions on agents that are unknown, later or itself', () => {
    const source = workflow('conditional', [
      agent('a'),
      agent('b', { conditions: equals('agent_zz_result.data.x') }),
      agent('c', { conditions: equals('agent_d_result.data.x') }),
      agent('d', { conditions: equals('agent_d_result') }),
    ]);
    expect(placesOf(source)).toEqual([
      'agents[1].conditions[0].field workflow.unknown-agent',
      'agents[2].conditions[0].field workflow.later-agent',
      'agents[3].conditions[0].field workflow.later-agent',
    ]);
  });

  it.each<[string, Json, string]>([
    ['no list', { a: 1 }, 'conditions workflow.conditions-invalid'],
    ['a text', 'result', 'conditions workflow.conditions-invalid'],
    ['a list of texts', ['result'], 'conditions[0] workflow.condition-invalid'],
    ['no field', [{ operator: 'exists' }], 'conditions[0].field workflow.field-missing'],
    ['an empty field', [{ field: '', operator: 'exists' }], 'conditions[0].field workflow.field-missing'],
    ['no operator', [{ field: 'a', value: 1 }], 'conditions[0].operator workflow.unknown-operator'],
    [
      'an inherited operator',
      [{ field: 'a', operator: 'toString', value: 1 }],
      'conditions[0].operator workflow.unknown-operator',
    ],
    ['no value', [{ field: 'a', operator: 'equals' }], 'conditions[0].value workflow.value-invalid'],
    [
      'a size that is no number',
      [{ field: 'a', operator: 'less_than', value: 'many' }],
      'conditions[0].value workflow.value-invalid',
    ],
  ])('refuses conditions with %s', (_, conditions, place) => {
    const source = workflow('conditional', [agent('a'), agent('b', { conditions })]);
    expect(placesOf(source)).toContain(`agents[1].${place}`);
  });

  it('needs no value to ask whether something exists, and takes numbers as text', () => {
    const conditions = [
      { field: 'data.a', operator: 'exists' },
      { field: 'data.b', operator: 'greater_than', value: '2.5' },
    ];
    const plan = planOf(workflow('conditional', [agent('a'), agent('b', { conditions })]));
    expect(plan.nodes[1]?.conditions).toEqual([
      { field: 'data.a', operator: 'exists', value: null },
      { field: 'data.b', operator: 'greater_than', value: '2.5' },
    ]);
  });
});

describe('any workflow', () => {
  it('names every problem at once, each in plain English', () => {
    const problems = problemsOf(
      sequence(
        agent('a', { input: resultOf('b'), timeout: 0 }),
        agent('b', { input: { source: 'agent_result' }, retry_config: { max_attempts: 11 } }),
        agent('b', { input: resultOf('nobody') }),
      ),
    );
    expect(problems).toEqual([
      {
        path: 'workflow_definition.agents[2].agent_id',
        code: 'workflow.duplicate-agent',
        message: 'must not appear twice',
      },
      {
        path: 'workflow_definition.agents[0].input.agent_id',
        code: 'workflow.later-agent',
        message: 'must name an agent that runs earlier',
      },
      {
        path: 'workflow_definition.agents[0].timeout',
        code: 'workflow.timeout-invalid',
        message: 'must be a number of seconds above 0 and up to 86400',
      },
      {
        path: 'workflow_definition.agents[1].input.agent_id',
        code: 'workflow.agent-missing',
        message: 'must name an agent of this workflow',
      },
      {
        path: 'workflow_definition.agents[1].retry_config.max_attempts',
        code: 'workflow.retry-invalid',
        message: 'must be a whole number from 1 to 10',
      },
      {
        path: 'workflow_definition.agents[2].input.agent_id',
        code: 'workflow.unknown-agent',
        message: 'names no agent of this workflow',
      },
    ]);
  });

  it('names the place an agent has in the list, not in the order of execution', () => {
    const source = workflow('sequential', [
      agent('late', { execution_order: 2, timeout: -1 }),
      agent('early', { execution_order: 1 }),
    ]);
    expect(placesOf(source)).toEqual(['agents[0].timeout workflow.timeout-invalid']);
  });

  it('is refused without agents', () => {
    expect(placesOf(workflow('parallel', []))).toEqual(['agents workflow.no-agents']);
  });

  it('uses exactly the agents of its team', () => {
    expect(planOf(sequence(agent('a'), agent('b')), ['b', 'a']).nodes).toHaveLength(2);
    expect(placesOf(sequence(agent('a'), agent('b')), ['a', 'a', 'c'])).toEqual([
      'agent_ids[1] workflow.duplicate-agent',
      'agent_ids[2] workflow.agents-differ',
      'agents[1].agent_id workflow.agents-differ',
    ]);
  });

  it('combines at least one source, all of them known', () => {
    const combined = (sources?: WorkflowInput['sources']): readonly string[] =>
      placesOf(
        sequence(agent('a'), agent('b', { input: { source: 'combined', ...(sources !== undefined && { sources }) } })),
      );
    expect(combined()).toEqual(['agents[1].input.sources workflow.sources-missing']);
    expect(combined(null)).toEqual(['agents[1].input.sources workflow.sources-missing']);
    expect(combined([{ type: 'agent_result' }, { type: 'agent_result', agent_id: 'x' }])).toEqual([
      'agents[1].input.sources[0].agent_id workflow.agent-missing',
      'agents[1].input.sources[1].agent_id workflow.unknown-agent',
    ]);
  });

  it('takes context variables by name', () => {
    const variable = (variable_name?: string): Workflow =>
      sequence(
        agent('a'),
        agent('b', { input: { source: 'context_variable', ...(variable_name && { variable_name }) } }),
      );
    expect(planOf(variable('tone')).nodes[1]?.input).toEqual({ from: 'variable', name: 'tone' });
    expect(placesOf(variable())).toEqual(['agents[1].input.variable_name workflow.variable-missing']);
    expect(placesOf(variable('agent_b_result'))).toEqual(['agents[1].input.variable_name workflow.later-agent']);
  });

  it('has roles, timeouts and retries with defaults', () => {
    const plan = planOf(
      sequence(
        agent('a', { role: null, timeout: null, retry_config: null }),
        agent('b', {
          role: 'leader',
          timeout: 0.0015,
          retry_config: {
            max_attempts: 3,
            initial_delay: 0.5,
            backoff_factor: 1,
            max_delay: 9,
            retry_on: ['timeout'],
            mine: 1,
          },
        }),
        agent('c', { retry_config: { max_attempts: 2, initial_delay: null } }),
      ),
    );
    const retry = {
      attempts: 1,
      firstMs: 1_000,
      factor: 2,
      capMs: 60_000,
      on: ['timeout', 'network', 'rate_limit', 'server_error'],
    };
    expect(plan.nodes).toMatchObject([
      { role: 'member', timeoutMs: null, retry, onInterrupted: 'resume' },
      { role: 'leader', timeoutMs: 2, retry: { attempts: 3, firstMs: 500, factor: 1, capMs: 9_000, on: ['timeout'] } },
      { role: 'member', timeoutMs: null, retry: { ...retry, attempts: 2 } },
    ]);
  });

  it.each<[string, Json, string]>([
    ['a list', [], ''],
    ['a text', 'often', ''],
    ['no attempts', { max_attempts: 0 }, '.max_attempts'],
    ['half attempts', { max_attempts: 1.5 }, '.max_attempts'],
    ['attempts as text', { max_attempts: '3' }, '.max_attempts'],
    ['a negative delay', { initial_delay: -1 }, '.initial_delay'],
    ['a shrinking delay', { backoff_factor: 0.5 }, '.backoff_factor'],
    ['an endless delay', { max_delay: 86_401 }, '.max_delay'],
    ['no list of kinds', { retry_on: 'timeout' }, '.retry_on'],
    ['an unknown kind', { retry_on: ['timeout', 'boredom'] }, '.retry_on'],
  ])('refuses a retry_config with %s', (_, retry_config, place) => {
    expect(placesOf(sequence(agent('a', { retry_config })))).toEqual([
      `agents[0].retry_config${place} workflow.retry-invalid`,
    ]);
  });

  it.each([0, -1, 86_401, Number.NaN])('refuses a timeout of %d seconds', (timeout) => {
    expect(placesOf(sequence(agent('a', { timeout })))).toEqual(['agents[0].timeout workflow.timeout-invalid']);
  });
});
