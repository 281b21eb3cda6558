import * as fc from 'fast-check';
import type { Json, JsonObject } from '#libs/kernel/index.js';
import {
  AGENT_ROLES,
  dataIn,
  finalResult,
  holds,
  inputOf,
  type NodeId,
  type NodeInput,
  OPERATORS,
  type Plan,
  type PlanNode,
  type Scope,
  STRATEGIES,
  scopeOf,
} from '#libs/workflow/index.js';
import { startedWith, stateOf } from '#libs/workflow/testing/states.js';
import { compile } from './compile.js';
import { normalise } from './normalise.js';
import { COMBINED_SOURCES, INPUT_SOURCES, type Workflow, type WorkflowAgent, type WorkflowInput } from './workflow.js';

const agentIds = fc.uniqueArray(
  fc.oneof(fc.stringMatching(/^[a-z.:_]{1,8}$/), fc.constantFrom('__proto__', 'a_result.b')),
  {
    minLength: 1,
    maxLength: 12,
  },
);

/** Anything JSON can say, now and then something that means something to a workflow. */
const anything: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value))),
  fc.constantFrom<Json>(null, 1, 3, 'timeout', 'continue', {}, []),
  fc.array(fc.record({ field: fc.string(), operator: fc.constantFrom(...OPERATORS), value: fc.jsonValue() }), {
    maxLength: 3,
  }) as fc.Arbitrary<Json>,
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> =>
  fc.oneof(value, fc.constantFrom(null, undefined));

/** Every field of the right type, no rule kept. */
const wild: fc.Arbitrary<Workflow> = agentIds.chain((ids) => {
  const agentId = fc.oneof(fc.constantFrom(...ids), fc.string());
  const source = fc.record({ type: fc.constantFrom(...COMBINED_SOURCES), agent_id: maybe(agentId) });
  const input = fc.record({
    source: fc.constantFrom(...INPUT_SOURCES),
    agent_id: maybe(agentId),
    sources: maybe(fc.array(source, { maxLength: 4 })),
    variable_name: maybe(
      fc.oneof(
        fc.string(),
        agentId.map((id) => `agent_${id}_result`),
      ),
    ),
  });
  const agent = fc.record({
    agent_id: agentId,
    role: maybe(fc.constantFrom(...AGENT_ROLES)),
    execution_order: maybe(fc.integer()),
    input,
    conditions: anything,
    timeout: maybe(fc.double()),
    retry_config: anything,
  }) as fc.Arbitrary<WorkflowAgent>;
  const feedback = fc.record({ from: agentId, to: agentId, max_iterations: fc.integer(), when: anything });
  const config = fc.oneof(
    fc.record({ failure_policy: anything, feedback: fc.oneof(anything, feedback) }),
    fc.constant(null),
  ) as fc.Arbitrary<JsonObject | null>;
  return fc.record({ type: fc.constantFrom(...STRATEGIES), agents: fc.array(agent, { maxLength: 12 }), config });
});

/** Workflows that keep every rule, with agents listed in any order where the order is said. */
const valid: fc.Arbitrary<Workflow> = fc
  .tuple(fc.constantFrom(...STRATEGIES), agentIds, fc.infiniteStream(fc.nat()))
  .map(([type, ids, chance]) => {
    const pick = (below: number): number => (chance.next().value ?? 0) % below;
    const agents = ids.map((agent_id, index) => validAgent(type, agent_id, ids.slice(0, index), pick));
    const isOrdered = type === 'sequential' || (type === 'pipeline' && pick(2) === 0);
    const last = ids.at(-1) ?? '';
    const when = [{ field: 'data.verdict', operator: 'equals', value: 'fail' }];
    const feedback = { from: last, to: ids[0] ?? '', max_iterations: 1 + pick(3), when };
    const isFedBack = type === 'pipeline' && ids.length > 1 && pick(2) === 0;
    return {
      type,
      agents: isOrdered ? agents.map((one, index) => ({ ...one, execution_order: index * 2 })).reverse() : agents,
      ...(isFedBack && { config: { feedback } }),
    };
  });

function validAgent(
  type: Workflow['type'],
  agent_id: string,
  earlier: readonly string[],
  pick: (below: number) => number,
): WorkflowAgent {
  const isFree = (type === 'sequential' || type === 'conditional') && earlier.length > 0;
  const another = (): string => earlier[pick(Math.max(1, earlier.length))] ?? '';
  const inputs: readonly WorkflowInput[] = [
    { source: 'initial_prompt' },
    { source: 'agent_result', agent_id: another() },
    { source: 'combined', sources: [{ type: 'agent_result', agent_id: another() }, { type: 'initial_prompt' }] },
    { source: 'context_variable', variable_name: `agent_${another()}_result` },
  ];
  const fields = [`agent_${another()}_result.result`, 'result', 'initial_prompt'];
  const conditions = [{ field: fields[pick(3)] ?? '', operator: OPERATORS[pick(8)] ?? 'exists', value: '1' }];
  return {
    agent_id,
    input: inputs[isFree ? pick(4) : 0] ?? { source: 'initial_prompt' },
    ...(type === 'conditional' && earlier.length > 0 && { conditions }),
  };
}

function nodesOf(input: NodeInput): readonly NodeId[] {
  const parts = input.from === 'combined' ? input.parts : [input];
  return parts.flatMap((part) => (part.from === 'result' ? [part.node] : []));
}

function refersTo(node: PlanNode): readonly NodeId[] {
  return [...node.after, ...nodesOf(node.input), ...(node.reference === null ? [] : [node.reference])];
}

function expectSound(plan: Plan, workflow: Workflow): void {
  const before = new Set<NodeId>();
  for (const [index, node] of plan.nodes.entries()) {
    expect(node.id).toBe(`s${index + 1}`);
    expect(refersTo(node).every((id) => before.has(id))).toBe(true);
    expect(new Set(node.after).size).toBe(node.after.length);
    const isAwaited = plan.strategy !== 'conditional' || refersTo(node).every((id) => node.after.includes(id));
    expect(isAwaited).toBe(true);
    expect(plan.strategy === 'parallel' && node.after.length > 0).toBe(false);
    before.add(node.id);
  }
  for (const loop of plan.loops) {
    expect([loop.body[0], loop.body.at(-1)]).toEqual([loop.to, loop.from]);
    expect(loop.body.every((id) => before.has(id))).toBe(true);
    expect(loop.when.length).toBeGreaterThan(0);
  }
  const agents = workflow.agents.map(({ agent_id }) => agent_id);
  expect(plan.nodes.map(({ agentId }) => agentId).sort()).toEqual([...agents].sort());
}

describe('compile', () => {
  it('accepts every workflow that keeps the rules', () => {
    fc.assert(
      fc.property(valid, (workflow) => {
        const agentIds = workflow.agents.map(({ agent_id }) => agent_id);
        const plan = compile(workflow, { agentIds });
        expect(plan).not.toBeInstanceOf(Array);
      }),
    );
  });

  it('never throws, and what it accepts refers only to what stands before', () => {
    fc.assert(
      fc.property(fc.oneof(wild, valid), (workflow) => {
        const plan = compile(workflow);
        if (!Array.isArray(plan)) return expectSound(plan, workflow);
        expect(plan.length).toBeGreaterThan(0);
        expect(
          plan.every(({ path, code }) => path.startsWith('workflow_definition.') && code.startsWith('workflow.')),
        ).toBe(true);
      }),
    );
  });

  it('makes the same of a workflow and of its normal form', () => {
    fc.assert(
      fc.property(fc.oneof(wild, valid), (workflow) => {
        expect(compile(normalise(workflow))).toEqual(compile(workflow));
      }),
    );
  });

  it('makes a plan that survives the journal', () => {
    fc.assert(
      fc.property(valid, (workflow) => {
        const plan = compile(workflow);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      }),
    );
  });
});

describe('normalise', () => {
  it('is idempotent and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(wild, valid), (workflow) => {
        const once = normalise(workflow);
        expect(normalise(once)).toEqual(once);
      }),
    );
  });
});

describe('whatever agents answer', () => {
  const course = fc.array(
    fc.oneof(
      fc.constantFrom('failed', 'skipped', 'cancelled', 'waiting'),
      fc.record({ says: fc.string(), data: anything }),
    ),
    {
      maxLength: 12,
    },
  );
  const conditions = fc.array(
    fc.record({ field: fc.string(), operator: fc.constantFrom(...OPERATORS), value: anything }),
  );

  it('inputs, conditions and results are found without throwing', () => {
    fc.assert(
      fc.property(valid, course, conditions, (workflow, answers, asked) => {
        const plan = compile(workflow);
        if (Array.isArray(plan)) throw new Error('not valid');
        const steps = Object.fromEntries(answers.map((what, index) => [`s${index + 1}`, what]));
        const state = stateOf(plan, steps, { phase: 'finished' });
        const started = startedWith(plan);
        const scope: Scope = scopeOf(plan, started, state);
        for (const { id } of plan.nodes) inputOf(plan, started, state, id);
        expect(typeof holds(asked, scope, null)).toBe('boolean');
        for (const node of plan.nodes) expect(typeof holds(node.conditions, scope, null)).toBe('boolean');
        const result = finalResult(plan, state);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      }),
    );
  });

  it('data found in a text survives being written again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.double().map(String)), (text) => {
        const data = dataIn(text);
        const again = data === undefined ? undefined : JSON.parse(JSON.stringify(data));
        expect(again).toEqual(Object.is(data, -0) ? 0 : data);
      }),
    );
  });
});
