import fc from 'fast-check';
import type { Core } from './advance.js';
import { due } from './due.js';
import type { JournalEvent, StepReport } from './events.js';
import { fold, foldAll, receive, UNBORN } from './fold.js';
import type { Plan } from './plan.js';
import type { State } from './state.js';
import { brokenLaws } from './testing/laws.js';
import { anyPlan } from './testing/plans.js';
import { type Happening, type Script, World } from './testing/world.js';

const CORE: Core = { fold, receive, due };

const anyHappening: fc.Arbitrary<Happening> = fc.record({
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('pass' as const, 'end' as const) },
    { weight: 4, arbitrary: fc.constantFrom('echo' as const, 'time' as const, 'catch-up' as const) },
    { weight: 3, arbitrary: fc.constantFrom('crash' as const, 'take-over' as const) },
    { weight: 1, arbitrary: fc.constant('cancel' as const) },
  ),
  which: fc.nat(11),
});

const anyScript: fc.Arbitrary<Script> = fc
  .array(fc.constantFrom('ok', 'ok', 'ok', 'server_error', 'invalid'), { minLength: 20, maxLength: 20 })
  .map((answers) => (step: string, attempt: number) => {
    const place = Array.from(step).reduce((sum, letter) => sum + letter.charCodeAt(0), attempt * 7) % answers.length;
    const answer = answers[place];
    return answer === 'server_error' || answer === 'invalid' ? answer : 'ok';
  });

const anyHistory = fc.record({
  plan: anyPlan(),
  script: anyScript,
  happenings: fc.array(anyHappening, { maxLength: 60 }),
});

function played(plan: Plan, script: Script, happenings: readonly Happening[], core = CORE): World {
  const world = new World(plan, script, core);
  for (const happening of happenings) world.happen(happening);
  world.settle();
  return world;
}

const RUNS = 1_500;

describe('the core, over random plans, crashes, takeovers, zombies, late and doubled results', () => {
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
          nodes: plan.nodes.map((node) => ({
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
          return { status, steps: Object.fromEntries(Object.values(steps).map(({ id, is }) => [id, is])) };
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

/** Each is a mistake somebody could make; the laws are worth something only if they see every one of them. */
const FAULTS: Readonly<Record<string, Core>> = {
  'no wake beside a running step': {
    ...CORE,
    due: (state, now, jitter) => {
      const said = due(state, now, jitter);
      return Object.values(state.steps).some(({ is }) => is === 'running') ? { ...said, wakeAt: null } : said;
    },
  },
  'late cost lost': {
    ...CORE,
    fold: (state, event) => (event.body.kind === 'cost-recorded' ? { ...state, seq: event.seq } : fold(state, event)),
  },
  'an interrupted step never restarted': without('step-resumed'),
  'a step never skipped': without('step-skipped'),
  'a retry never begun': {
    ...CORE,
    due: (state, now, jitter) => {
      const { decisions, wakeAt } = due(state, now, jitter);
      return { wakeAt, decisions: decisions.filter((one) => one.kind !== 'step-started' || one.attempt === 1) };
    },
  },
  'a result of an earlier round accepted': mistaking((state, report) => {
    const node = state.steps[report.step]?.node;
    const round = node ? (state.rounds[node] ?? 1) : 1;
    return round > 1 ? { ...report, step: `${node}~${round}` } : report;
  }),
  'a result of an earlier attempt accepted': mistaking((state, report) => {
    const step = state.steps[report.step];
    return step?.is === 'running' ? { ...report, attempt: step.attempt } : report;
  }),
  'conditions never asked': {
    ...CORE,
    due: (state, now, jitter) => {
      const said = due(state, now, jitter);
      const decisions = said.decisions.map((one) =>
        one.kind === 'step-skipped' && one.reason === 'condition'
          ? ({ kind: 'step-started', step: one.step, attempt: 1, epoch: state.epoch } as const)
          : one,
      );
      return { ...said, decisions };
    },
  },
  'joins never waited for': hurried(),
  'the width ignored': {
    ...CORE,
    due: (state, now, jitter) => due(widened(state), now, jitter),
  },
  'the end declared while a step runs': {
    ...CORE,
    due: (state, now, jitter) => {
      const said = due(state, now, jitter);
      const begun = Object.values(state.steps).filter(({ is }) => is === 'succeeded').length;
      if (state.phase !== 'open' || begun < 2 || said.decisions.length > 0) return said;
      return { ...said, decisions: [{ kind: 'execution-finished', status: 'completed', error: null }] };
    },
  },
  'a takeover not noticed': without('step-interrupted'),
  'a settled step opened again': {
    ...CORE,
    fold: (state, event) => {
      const next = fold(state, event);
      if (event.body.kind !== 'execution-taken') return next;
      const steps = Object.fromEntries(
        Object.values(next.steps).map((step) => {
          const { id, node, round, agentId, feedbackFrom, added } = step;
          return [
            id,
            step.is === 'failed' ? { id, node, round, agentId, feedbackFrom, added, is: 'waiting' as const } : step,
          ];
        }),
      );
      return { ...next, steps };
    },
  },
};

/** Takes a report for another one, when it comes from this process and when it comes as a note. */
function mistaking(mistake: (state: State, report: StepReport) => StepReport): Core {
  return {
    ...CORE,
    receive: (state, report) => receive(state, mistake(state, report)),
    fold: (state, event) =>
      event.body.kind === 'step-reported'
        ? receive(fold(state, event), mistake(state, event.body.report))
        : fold(state, event),
  };
}

function without(kind: string): Core {
  return {
    ...CORE,
    due: (state, now, jitter) => {
      const { decisions, wakeAt } = due(state, now, jitter);
      return { wakeAt, decisions: decisions.filter((one) => one.kind !== kind) };
    },
  };
}

function hurried(): Core {
  return {
    ...CORE,
    due: (state, now, jitter) => {
      const said = due(state, now, jitter);
      if (said.decisions.length > 0 || state.phase !== 'open') return said;
      const waiting = Object.values(state.steps).find(({ is }) => is === 'waiting');
      if (!waiting) return said;
      return { ...said, decisions: [{ kind: 'step-started', step: waiting.id, attempt: 1, epoch: state.epoch }] };
    },
  };
}

function widened(state: State): State {
  if (!state.started) return state;
  return { ...state, started: { ...state.started, plan: { ...state.started.plan, width: 99 } } };
}

describe('the laws of the core', () => {
  it.each(Object.entries(FAULTS))('see the planted fault: %s', (_, core) => {
    const check = fc.check(
      fc.property(anyHistory, ({ plan, script, happenings }) => {
        return brokenLaws(played(plan, script, happenings, core), plan).length === 0;
      }),
      { numRuns: 3_000, endOnFailure: true, seed: 20_261_122 },
    );
    expect(check.failed).toBe(true);
  });
});
