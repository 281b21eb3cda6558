import fc from 'fast-check';
import { CORE } from './advance.js';
import { foldAll } from './fold.js';
import type { Again } from './keep.js';
import type { Plan } from './plan.js';
import type { State } from './state.js';
import { anyHappenings, anyScript, type Happening, type Script } from './testing/happenings.js';
import { brokenLaws } from './testing/laws.js';
import { anyPlan } from './testing/plans.js';
import { REPAIR, REPAIR_FAULTS, type Repair } from './testing/repair-faults.js';
import { brokenRepairLaws } from './testing/repair-laws.js';
import { startedWith } from './testing/states.js';
import { World } from './testing/world.js';

/** As `compile` does it: whoever looks at an agent's result stands behind it. */
const aPlan = anyPlan().map(
  (plan): Plan => ({
    ...plan,
    nodes: plan.nodes.map((node) =>
      node.conditions.length > 0 ? { ...node, after: [...new Set(['s1', ...node.after])] } : node,
    ),
  }),
);

const aRepair = fc.record({
  plan: aPlan,
  script: anyScript,
  happenings: anyHappenings(),
  how: fc.constantFrom('retry' as const, 'rerun' as const, 'replay' as const),
  which: fc.nat(20),
  next: anyScript,
  later: anyHappenings(),
});
type ARepair = typeof aRepair extends fc.Arbitrary<infer T> ? T : never;

function played(world: World, happenings: readonly Happening[]): World {
  for (const happening of happenings) world.happen(happening);
  world.settle();
  return world;
}

/** What is run again; undefined: it cannot be repaired so. */
function againOf({ how, which }: ARepair, { status, steps }: State): Again | undefined {
  const nodes = Object.values(steps).filter(({ node }) => node !== null);
  switch (how) {
    case 'retry':
      return new Set();
    case 'rerun':
      return new Set([nodes[which % nodes.length]?.id ?? '']);
    case 'replay':
      return status === 'cancelled' ? undefined : null;
  }
}

function childOf(parent: World, plan: Plan, again: Again, script: Script, { adopt, core }: Repair): World {
  const started = { ...startedWith(plan), executionId: 'e2', parent: { executionId: 'e1', how: 'retry' } } as const;
  const { decisions: adopted } = adopt(parent.journal, started, again);
  return new World(plan, script, core, { started, adopted, now: parent.now + 1 });
}

function broken(one: ARepair, repair: Repair): readonly string[] {
  const { plan, script, happenings, next, later } = one;
  const parent = played(new World(plan, script, CORE), happenings);
  const again = againOf(one, foldAll(parent.journal));
  if (again === undefined) return [];
  const child = played(childOf(parent, plan, again, next, repair), later);
  return [...brokenLaws(child, plan), ...brokenRepairLaws(parent.journal, child.journal, plan, again)];
}

const RUNS = 1_500;

describe('a child of any finished run, over random plans, questions, pauses, crashes and zombies', () => {
  it('breaks no law of the core and none of repair, whichever step it begins from', () => {
    fc.assert(
      fc.property(aRepair, (one) => {
        expect(broken(one, REPAIR)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('can be repaired again: a replay of it ends as it did, with steps that come from where they were run', () => {
    fc.assert(
      fc.property(aRepair, ({ plan, script, happenings, next, later, which }) => {
        const parent = played(new World(plan, script, CORE), happenings);
        const from = new Set([`s${1 + (which % plan.nodes.length)}`]);
        const child = played(childOf(parent, plan, from, next, REPAIR), later);
        fc.pre(foldAll(child.journal).status !== 'cancelled');
        const grandchild = childOf(child, plan, null, next, REPAIR);
        expect(brokenRepairLaws(child.journal, grandchild.journal, plan, null)).toEqual([]);
        const origins = (journal: World['journal']) =>
          Object.values(foldAll(journal).steps).flatMap(({ from }) => from?.executionId ?? []);
        expect(origins(grandchild.journal)).toEqual(expect.arrayContaining(origins(child.journal)));
      }),
      { numRuns: 300 },
    );
  });

  it('ends a replay just as its own core would have: what is recorded of the end is what follows', () => {
    fc.assert(
      fc.property(aRepair, ({ plan, script, happenings }) => {
        const parent = played(new World(plan, script, CORE), happenings);
        fc.pre(foldAll(parent.journal).status !== 'cancelled');
        const child = childOf(parent, plan, null, script, REPAIR);
        const unfinished = child.journal.slice(0, -1);
        expect(child.journal.at(-1)?.body.kind).toBe('execution-finished');
        expect(CORE.due(foldAll(unfinished), child.now, 0.5).decisions).toEqual([child.journal.at(-1)?.body]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the laws of repair', () => {
  it.each(Object.entries(REPAIR_FAULTS))('see the planted fault: %s', (_, fault) => {
    const check = fc.check(
      fc.property(aRepair, (one) => broken(one, fault).length === 0),
      { numRuns: 3_000, endOnFailure: true, seed: 20_261_127 },
    );
    expect(check.failed).toBe(true);
  });
});
