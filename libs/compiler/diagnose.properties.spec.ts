import fc from 'fast-check';
import type { Json } from '#libs/kernel/index.js';
import { OPERATORS, type Plan } from '#libs/workflow/index.js';
import { anyScript, type Happening, type Script } from '#libs/workflow/testing/happenings.js';
import { anyPlan } from '#libs/workflow/testing/plans.js';
import { World } from '#libs/workflow/testing/world.js';
import { compile } from './compile.js';
import { factsWith } from './testing/facts.js';
import { unreachableIn } from './unreachable.js';
import type { Workflow, WorkflowInput } from './workflow.js';
import { worstCaseOf } from './worst-case.js';

/** Nothing dies, nobody asks: only the order in which things end is left to chance. */
const calm = fc.array(
  fc.record({ what: fc.constantFrom<Happening['what'][]>('pass', 'end', 'time'), which: fc.nat(11) }),
  { maxLength: 40 },
);

/** The attempts that a run began, by node. */
function attemptsOf(plan: Plan, script: Script, happenings: readonly Happening[]): ReadonlyMap<string, number> {
  const world = new World(plan, script);
  for (const happening of happenings) world.happen(happening);
  world.settle();
  const begun = new Map<string, number>();
  for (const { body } of world.journal) {
    if (body.kind !== 'step-started') continue;
    const node = body.step.split('~')[0] ?? '';
    begun.set(node, (begun.get(node) ?? 0) + 1);
  }
  return begun;
}

const AGENTS = ['a', 'b', 'c', 'd', 'e'];

/** Conditions that a run of the world under test may or may not meet. */
const conditionalPlan: fc.Arbitrary<Plan> = fc
  .tuple(
    ...AGENTS.map((agent_id, index) => {
      const earlier = fc.constantFrom(...AGENTS.slice(0, Math.max(1, index)));
      const result = fc.constantFrom('.data.n', '.data.n', '.data.by', '.result', '.category', '');
      const field = fc.oneof(
        { weight: 5, arbitrary: fc.tuple(earlier, result).map(([id, rest]) => `agent_${id}_result${rest}`) },
        { weight: 1, arbitrary: fc.constantFrom('data.n', 'result', 'initial_prompt', 'workflow_type', 'team_id.x') },
      );
      const value = fc.constantFrom<Json>(0, 3, 5, '5', 7, 's1.1', 's', 'conditional', 'prompt');
      const condition = fc.record({ field, operator: fc.constantFrom(...OPERATORS), value });
      const input = fc.oneof(
        fc.constant<WorkflowInput>({ source: 'initial_prompt' }),
        earlier.map((id): WorkflowInput => ({ source: 'agent_result', agent_id: id })),
      );
      return fc.record({
        agent_id: fc.constant(agent_id),
        input,
        conditions: fc.array(condition, { minLength: 1, maxLength: 3 }),
      });
    }),
  )
  .map((agents): Workflow => {
    const first = { agent_id: 'a', input: { source: 'initial_prompt' } as const };
    return { type: 'conditional', agents: [first, ...agents.slice(1)] };
  })
  .map((workflow) => compile(workflow))
  .filter((plan): plan is Plan => !Array.isArray(plan));

const deadIn = (plan: Plan): readonly string[] => unreachableIn(plan, (id) => id).map(({ node }) => node);

describe('what is said before a run', () => {
  it('calls no member unreachable that any run reaches', () => {
    const seen = { dead: 0, alive: 0 };
    fc.assert(
      fc.property(conditionalPlan, anyScript, calm, (plan, script, happenings) => {
        const dead = deadIn(plan);
        const begun = attemptsOf(plan, script, happenings);
        seen.dead += dead.length;
        seen.alive += begun.size - 1;
        expect(dead.filter((node) => begun.has(node))).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
    // Both kinds are there in numbers: the sentence above is not an empty one.
    expect(Math.min(seen.dead, seen.alive)).toBeGreaterThan(300);
  });

  it('names no fewer attempts than any run begins', () => {
    fc.assert(
      fc.property(anyPlan(), anyScript, calm, (plan, script, happenings) => {
        const begun = [...attemptsOf(plan, script, happenings).values()].reduce((sum, one) => sum + one, 0);
        expect(begun).toBeLessThanOrEqual(worstCaseOf(plan, factsWith({})).steps);
      }),
      { numRuns: 1_000 },
    );
  });
});
