import fc from 'fast-check';
import type { Approval, Condition, FailurePolicy, Loop, NodeInput, Plan, PlanNode } from '../plan.js';

/** Any plan `compile` could make and more: random graphs, conditions, retries, interruption policies, one loop. */
export function anyPlan(): fc.Arbitrary<Plan> {
  return fc.integer({ min: 1, max: 6 }).chain((size) =>
    fc
      .record({
        nodes: fc.tuple(...Array.from({ length: size }, (_, index) => anyNode(index))),
        onFailure: fc.constantFrom<FailurePolicy>('stop', 'finish-others', 'fail-fast', 'continue', 'tolerate'),
        width: fc.constantFrom(1, 1, 2, 3, size),
        loop: fc.option(anyLoop(size)),
        strategy: fc.constantFrom('parallel' as const, 'conditional' as const),
      })
      .map(({ nodes, onFailure, width, loop, strategy }): Plan => {
        if (loop === null) return { strategy, nodes, loops: [], onFailure, width, context: CONTEXT };
        // Work goes back along a chain, as in a pipeline.
        const chain = nodes.map((node, index) => ({
          ...node,
          ...link(index),
          conditions: [],
          conditionsMayTurn: false,
        }));
        return { strategy: 'pipeline', nodes: chain, loops: [loop], onFailure: 'stop', width, context: CONTEXT };
      }),
  );
}

/** One variable for each reducer. */
const CONTEXT: NonNullable<Plan['context']> = {
  total: { reducer: 'sum', initial: 100 },
  list: { reducer: 'append' },
  top: { reducer: 'max' },
  box: { reducer: 'merge', initial: {} },
};

function link(index: number): Pick<PlanNode, 'after' | 'input'> {
  if (index === 0) return { after: [], input: { from: 'prompt' } };
  return { after: [`s${index}`], input: { from: 'result', node: `s${index}` } };
}

function anyNode(index: number): fc.Arbitrary<PlanNode> {
  const earlier = Array.from({ length: index }, (_, one) => `s${one + 1}`);
  return fc
    .record({
      after: fc.subarray(earlier),
      inputKind: fc.constantFrom('prompt', 'result', 'combined'),
      conditions: fc.array(anyCondition(), { maxLength: 1 }),
      conditionsMayTurn: fc.boolean(),
      attempts: fc.integer({ min: 1, max: 3 }),
      onInterrupted: fc.constantFrom('resume' as const, 'resume' as const, 'retry' as const, 'fail' as const),
      approval: fc.option(anyApproval(), { freq: 6, nil: null }),
    })
    .map(
      ({ after, inputKind, conditions, conditionsMayTurn, attempts, onInterrupted, approval }): PlanNode => ({
        id: `s${index + 1}`,
        agentId: `agent.${index + 1}`,
        role: 'member',
        after,
        input: inputFrom(inputKind, after),
        conditions: index === 0 ? [] : conditions,
        reference: after.at(-1) ?? null,
        conditionsMayTurn,
        timeoutMs: null,
        retry: { attempts, firstMs: 1_000, factor: 2, capMs: 60_000, on: ['server_error'] },
        onInterrupted,
        ...(approval && { approval }),
      }),
    );
}

/** The node as it is without people who must agree. */
export function askingNobody(node: PlanNode): PlanNode {
  const { approval, ...rest } = node;
  return approval ? rest : node;
}

function anyApproval(): fc.Arbitrary<Approval> {
  return fc
    .record({
      when: fc.constantFrom('before' as const, 'after' as const),
      approvers: fc.subarray(['u1', 'u2', 'u3']),
      quorum: fc.integer({ min: 1, max: 3 }),
      expiresMs: fc.constantFrom(null, 2_000, 60_000),
      onExpiry: fc.constantFrom('reject' as const, 'approve' as const),
    })
    .map(({ quorum, ...rest }) => ({ ...rest, quorum: Math.min(quorum, Math.max(1, rest.approvers.length)) }));
}

function inputFrom(kind: string, after: readonly string[]): NodeInput {
  const last = after.at(-1);
  if (kind === 'prompt' || last === undefined) return { from: 'prompt' };
  if (kind === 'result') return { from: 'result', node: last };
  return { from: 'combined', parts: after.map((node) => ({ from: 'result', node })) };
}

function anyCondition(): fc.Arbitrary<Condition> {
  return fc.record({
    field: fc.constantFrom('data.n', 'result', 'agent_agent.1_result.data.n', 'nowhere'),
    operator: fc.constantFrom('greater_than', 'less_than', 'exists', 'not_exists'),
    value: fc.integer({ min: 0, max: 9 }),
  });
}

function anyLoop(size: number): fc.Arbitrary<Loop> {
  return fc
    .record({
      to: fc.integer({ min: 1, max: size }),
      length: fc.integer({ min: 0, max: size }),
      maxRounds: fc.integer({ min: 1, max: 3 }),
      below: fc.integer({ min: 0, max: 9 }),
    })
    .map(({ to, length, maxRounds, below }): Loop => {
      const from = Math.min(size, to + length);
      const body = Array.from({ length: from - to + 1 }, (_, index) => `s${to + index}`);
      const when: Condition = { field: 'data.n', operator: 'less_than', value: below };
      return { id: 'l1', from: `s${from}`, to: `s${to}`, body, maxRounds, when: [when] };
    });
}
