import fc from 'fast-check';
import { CORE } from './advance.js';
import { due } from './due.js';
import type { JournalEvent } from './events.js';
import { fold, foldAll, UNBORN } from './fold.js';
import type { Plan } from './plan.js';
import { FAULTS } from './testing/faults.js';
import { anyHappening, anyHappenings, anyScript, type Happening, type Script } from './testing/happenings.js';
import { brokenLaws } from './testing/laws.js';
import { anyPlan, askingNobody } from './testing/plans.js';
import { World } from './testing/world.js';

const anyHistory = fc.record({
  plan: anyPlan(),
  script: anyScript,
  happenings: anyHappenings(),
});

function played(plan: Plan, script: Script, happenings: readonly Happening[], core = CORE): World {
  const world = new World(plan, script, core);
  for (const happening of happenings) world.happen(happening);
  world.settle();
  return world;
}

const RUNS = 1_500;

describe('the core, over random plans, questions, pauses, crashes, zombies, late and doubled results', () => {
  it('breaks none of its laws and always comes to exactly one end', () => {
    fc.assert(
      fc.property(anyHistory, ({ plan, script, happenings }) => {
        expect(brokenLaws(played(plan, script, happenings), plan)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('folds to the same state whichever way the journal is read', () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(), ({ plan, script, happenings }, cut) => {
        const { journal } = played(plan, script, happenings);
        const middle = cut % (journal.length + 1);
        const twice = [...journal.slice(0, middle), ...journal.slice(0, middle), ...journal.slice(middle)];
        expect(twice.reduce(fold, UNBORN)).toEqual(foldAll(journal));
      }),
      { numRuns: 300 },
    );
  });

  it('ends alike whichever schedule it was given, as long as no failure ends others early', () => {
    const calm = fc.array(
      anyHappening.filter(({ what }) => what !== 'cancel'),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(anyPlan(), anyScript, calm, calm, (plan, script, first, second) => {
        fc.pre(plan.onFailure !== 'fail-fast' && plan.onFailure !== 'stop' && plan.onFailure !== 'tolerate');
        const steady: Plan = {
          ...plan,
          nodes: plan.nodes.map(askingNobody).map((node) => ({
            ...node,
            onInterrupted: 'resume',
            conditionsMayTurn: false,
            // What looks at anything but a settled source may be answered differently in another order.
            conditions:
              node.reference === null ? [] : node.conditions.filter(({ field }) => !field.startsWith('agent_')),
          })),
        };
        const ends = [first, second].map((happenings) => {
          const { journal } = played(steady, script, patient(happenings));
          const { steps, status } = foldAll(journal);
          return {
            status,
            steps: Object.fromEntries(Object.values(steps).flatMap(({ id, is, node }) => (node ? [[id, is]] : []))),
          };
        });
        expect(ends[0]).toEqual(ends[1]);
      }),
      { numRuns: 300 },
    );
  });

  it('asks for nothing twice: what was decided is not decided again from the same state', () => {
    fc.assert(
      fc.property(anyHistory, ({ plan, script, happenings }) => {
        const { journal, now } = played(plan, script, happenings);
        expect(due(foldAll(journal), now, 0.5).decisions).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('takes no decision once it meets an event it does not know', () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(), ({ plan, script, happenings }, place) => {
        const { journal } = played(plan, script, happenings);
        const at = 1 + (place % journal.length);
        const before = journal.slice(0, at);
        const strange = { seq: at + 1, publicSeq: null, at: 0, body: { kind: 'of-a-later-release' } };
        const state = [...before, strange as unknown as JournalEvent].reduce(fold, UNBORN);
        expect(state.unreadable).toContain('of-a-later-release');
        expect(due(state, Number.MAX_SAFE_INTEGER, 0.5)).toEqual({ decisions: [], wakeAt: null });
      }),
      { numRuns: 100 },
    );
  });
});

/** Under five takeovers: a step under which five processes died fails, as it should. */
function patient(happenings: readonly Happening[]): readonly Happening[] {
  let takeOvers = 0;
  return happenings.filter(({ what }) => (what !== 'take-over' && what !== 'crash') || takeOvers++ < 4);
}

describe('the laws of the core', () => {
  it.each(Object.entries(FAULTS))('see the planted fault: %s', (_, core) => {
    const check = fc.check(
      fc.property(anyHistory, ({ plan, script, happenings }) => {
        return brokenLaws(played(plan, script, happenings, core), plan).length === 0;
      }),
      { numRuns: 12_000, endOnFailure: true, seed: 20_261_122 },
    );
    expect(check.failed).toBe(true);
  });
});
