import { adoption } from './adopt.js';
import type { Decision, EventBody, ExecutionStarted } from './events.js';
import { foldAll } from './fold.js';
import type { Plan } from './plan.js';
import { CANCEL, failed, journalOf, planWith, question, started, succeeded } from './testing/journals.js';
import { startedWith } from './testing/states.js';

const NOTHING: ReadonlySet<string> = new Set();

const childOf = (plan: Plan): ExecutionStarted => ({
  ...startedWith(plan),
  executionId: 'e2',
  parent: { executionId: 'e1', how: 'retry' },
});

const adoptionOf = (plan: Plan, bodies: readonly EventBody[], again: ReadonlySet<string> | null = NOTHING) =>
  adoption(journalOf(plan, bodies), childOf(plan), again);

/** `s1`, `loop-back`, `s2 skipped`: what a child begins with, in order. */
const told = (decisions: readonly Decision[]): readonly string[] =>
  decisions.map((one) => {
    if (one.kind === 'step-adopted') return one.result.ok ? one.step : `${one.step} failed`;
    return one.kind.startsWith('step-') && 'step' in one ? `${one.step} ${one.kind.slice(5)}` : one.kind;
  });

const toldOf = (...wanted: Parameters<typeof adoptionOf>) => told(adoptionOf(...wanted).decisions);

const ran = (...steps: readonly string[]) => steps.flatMap((step) => [started(step), succeeded(step)]);
const skipped = (step: string, reason: 'condition' | 'stopped' | 'source'): Decision => ({
  kind: 'step-skipped',
  step,
  reason,
});
const finished = (status: 'completed' | 'failed'): Decision => ({ kind: 'execution-finished', status, error: null });

const ROW = planWith(
  { s1: {}, s2: { after: ['s1'] }, s3: { after: ['s2'] } },
  { strategy: 'sequential', onFailure: 'stop' },
);

const LOOP = {
  ...ROW,
  strategy: 'pipeline',
  loops: [{ id: 'l1', from: 's2', to: 's1', body: ['s1', 's2'], maxRounds: 1, when: [] }],
} satisfies Plan;
const back = (round: number, from: string): Decision => ({ kind: 'loop-back', loop: 'l1', round, from });

describe('what a child adopts of its parent', () => {
  it('is what succeeded, up to what failed; with where and when it was run', () => {
    const { decisions, isWhole } = adoptionOf(ROW, [
      ...ran('s1'),
      started('s2'),
      failed('s2'),
      skipped('s3', 'stopped'),
    ]);
    expect(decisions).toEqual([
      {
        kind: 'step-adopted',
        step: 's1',
        from: { executionId: 'e1', step: 's1', startedAt: 2_000, endedAt: 3_000 },
        result: { ok: true, output: { result: 'result of s1', execution_time: 1 } },
      },
    ]);
    expect(isWhole).toBe(false);
  });

  it('is everything where everything ended well: nothing is left to be run', () => {
    const { decisions, isWhole } = adoptionOf(ROW, [...ran('s1', 's2', 's3'), finished('completed')]);
    expect({ told: told(decisions), isWhole }).toEqual({ told: ['s1', 's2', 's3'], isWhole: true });
  });

  it('ends where a stop cut it off', () => {
    const cut: Decision = { kind: 'step-cancelled', step: 's2' };
    expect(toldOf(ROW, [...ran('s1'), started('s2'), CANCEL, cut])).toEqual(['s1']);
  });

  it('leaves out a step that is run again, and everything behind it', () => {
    const all = ran('s1', 's2', 's3');
    expect(toldOf(ROW, all, new Set(['s2']))).toEqual(['s1']);
    expect(toldOf(ROW, all, new Set(['s1']))).toEqual([]);
  });

  it('leaves out only the step itself where nothing stands behind it', () => {
    const beside = planWith({ s1: {}, s2: {}, s3: {} });
    expect(toldOf(beside, ran('s1', 's2', 's3'), new Set(['s2']))).toEqual(['s1', 's3']);
  });

  it('stays in the order in which it happened', () => {
    const beside = planWith({ s1: {}, s2: {} });
    const bodies = [started('s1'), started('s2'), succeeded('s2'), succeeded('s1')];
    expect(toldOf(beside, bodies)).toEqual(['s2', 's1']);
  });
});

describe('loops', () => {
  const round1 = ran('s1', 's2');
  const round2 = [back(2, 's2'), ...ran('s1~2', 's2~2')];

  it('that went back have gone back: a used-up one does not go round again', () => {
    const { decisions } = adoptionOf(LOOP, [...round1, ...round2, started('s3'), failed('s3')]);
    expect(told(decisions)).toEqual(['s1', 's2', 'loop-back', 's1~2', 's2~2']);
    expect(foldAll(journalOf(LOOP, decisions)).loops).toEqual({ l1: 1 });
  });

  it('count from the beginning when their first round is run again', () => {
    expect(toldOf(LOOP, [...round1, ...round2, ...ran('s3')], new Set(['s2']))).toEqual(['s1']);
  });

  it('keep the rounds before the one that is run again', () => {
    const all = [...round1, ...round2, ...ran('s3')];
    expect(toldOf(LOOP, all, new Set(['s2~2']))).toEqual(['s1', 's2', 'loop-back', 's1~2']);
    expect(toldOf(LOOP, all, new Set(['s3']))).toEqual(['s1', 's2', 'loop-back', 's1~2', 's2~2']);
  });
});

describe('what was skipped', () => {
  const fork = planWith(
    {
      s1: {},
      s2: { after: ['s1'], reference: 's1' },
      s3: { after: ['s1'], reference: 's1' },
      s4: { after: ['s2', 's3'] },
    },
    { strategy: 'conditional', onFailure: 'tolerate' },
  );

  it('for a reason of its own stays skipped while what it was decided by is kept', () => {
    const bodies = [...ran('s1'), skipped('s2', 'condition'), ...ran('s3', 's4')];
    expect(toldOf(fork, bodies, new Set(['s4']))).toEqual(['s1', 's2 skipped', 's3']);
    expect(toldOf(fork, bodies, new Set(['s3']))).toEqual(['s1', 's2 skipped']);
    expect(toldOf(fork, bodies, new Set(['s1']))).toEqual([]);
  });

  it('is decided again where what ran again may turn it', () => {
    const turning = planWith(
      { s1: {}, s2: { after: ['s1'] }, s3: { after: ['s1'], conditionsMayTurn: true } },
      { strategy: 'conditional' },
    );
    const bodies = [...ran('s1', 's2'), skipped('s3', 'condition')];
    expect(toldOf(turning, bodies, new Set(['s2']))).toEqual(['s1']);
    expect(toldOf(turning, bodies)).toEqual(['s1', 's2', 's3 skipped']);
  });

  it('is decided again where a variable was read that anybody may set', () => {
    const reading = planWith(
      { s1: {}, s2: { after: ['s1'] }, s3: { after: ['s1'], input: { from: 'variable', name: 'notes' } } },
      { strategy: 'conditional' },
    );
    expect(toldOf(reading, ran('s1', 's2', 's3'), new Set(['s2']))).toEqual(['s1']);
  });
});

describe('what agents shared', () => {
  const set = (step: string, value: number, version: number): Decision => ({
    kind: 'context-changed',
    ...{ step, name: 'list', reducer: 'append', value, version },
  });
  const sent = (step: string, id: string, rest: object = {}): Decision => ({
    kind: 'message-sent',
    ...{ step, id, from: `agent-${step}`, to: null, type: 'info', content: { text: id }, ...rest },
  });
  const beside = planWith({ s1: {}, s2: {} });

  it('is adopted of the steps that are, with versions and ids that go on from one', () => {
    const bodies = [
      ...[started('s1'), started('s2'), set('s2', 2, 2), set('s1', 1, 3), sent('s2', 'm1'), sent('s1', 'm2')],
      ...[succeeded('s1'), failed('s2')],
    ];
    const { decisions } = adoptionOf(beside, bodies);
    expect(decisions.slice(0, 2)).toEqual([set('s1', 1, 2), { ...sent('s1', 'm1'), content: { text: 'm2' } }]);
    const child = foldAll(journalOf(beside, decisions));
    expect(child.variables).toEqual({ list: { value: [1], version: 2 } });
    expect(child.contextVersion).toBe(3);
    expect(Object.keys(child.messages)).toEqual(['m1']);
  });

  it('is the asker’s where it was done to answer a question: of questions only their words are left', () => {
    const asked = { type: 'request', to: 'agent-s1', question: 'c1', timeoutMs: 1_000 };
    const parked: Decision = { kind: 'step-parked', step: 's2', attempt: 1, why: 'answer', until: null };
    const answered: Decision = {
      kind: 'step-succeeded',
      ...{ step: 'c1', attempt: 1, epoch: 1 },
      output: { result: 'a', execution_time: 1 },
      usage: null,
    };
    const bodies = [
      ...[started('s1'), sent('s1', 'm1'), failed('s1'), started('s2'), question('c1', 's2'), sent('s2', 'm2', asked)],
      ...[parked, started('c1'), set('c1', 7, 2), answered, sent('c1', 'm3', { type: 'response', answers: 'm2' })],
      ...[{ kind: 'step-resumed', step: 's2', attempt: 1, epoch: 1 } as const, succeeded('s2')],
    ];
    const { decisions } = adoptionOf(beside, bodies);
    expect(decisions.slice(0, 3)).toEqual([
      { ...sent('s2', 'm1', { type: 'request', to: 'agent-s1', timeoutMs: 1_000 }), content: { text: 'm2' } },
      set('s2', 7, 2),
      {
        ...sent('s2', 'm2', { type: 'response', answers: 'm1', from: 'agent-c1' }),
        content: { text: 'm3' },
      },
    ]);
    expect(told(decisions.slice(3))).toEqual(['s2']);
  });
});

describe('a replay', () => {
  it('adopts failures too, what was skipped and cut off, and the end', () => {
    const bodies = [...ran('s1'), started('s2'), failed('s2'), skipped('s3', 'stopped'), finished('failed')];
    const { decisions, isWhole } = adoptionOf(ROW, bodies, null);
    expect(told(decisions)).toEqual(['s1', 's2 failed', 's3 skipped', 'execution-finished']);
    expect(isWhole).toBe(true);
    expect(foldAll(journalOf(ROW, decisions))).toMatchObject({ phase: 'finished', status: 'failed', charges: {} });
  });

  it('of a child knows where its steps were run at first', () => {
    const first = adoptionOf(ROW, [...ran('s1'), started('s2'), failed('s2'), skipped('s3', 'stopped')]);
    const second = [...first.decisions, started('s2'), failed('s2'), skipped('s3', 'stopped'), finished('failed')];
    const { decisions } = adoptionOf(ROW, second, null);
    expect(decisions[0]).toEqual(first.decisions[0]);
  });
});
