import { due } from './due.js';
import type { Decision, EventBody } from './events.js';
import { fold, UNBORN } from './fold.js';
import type { Condition, FailurePolicy, Plan } from './plan.js';
import type { State } from './state.js';
import {
  CANCEL,
  failed,
  parked,
  planWith,
  question,
  report,
  started,
  stateAfter,
  succeeded,
} from './testing/journals.js';

const NOW = 100_000;
const FINISHED: EventBody = { kind: 'execution-finished', status: 'completed', error: null };
const HIGH: Condition = { field: 'data', operator: 'greater_than', value: 5 };
const LOW: Condition = { field: 'data', operator: 'less_than', value: 5 };

const taken = (epoch: number): EventBody => ({ kind: 'execution-taken', epoch });
const interrupted = (step: string): EventBody => ({ kind: 'step-interrupted', step, attempt: 1 });
const cancelled = (step: string): EventBody => ({ kind: 'step-cancelled', step });
const reported = (step: string, says: string): EventBody => ({ kind: 'step-reported', report: report(step, says) });

/** What is due after these events, in short. */
function says(plan: Plan, ...bodies: readonly EventBody[]): readonly string[] {
  return dueIn(stateAfter(plan, ...bodies));
}

function dueIn(state: State, now = NOW): readonly string[] {
  return due(state, now, 0.5).decisions.map(short);
}

function short(one: Decision): string {
  const words: string[] = [one.kind];
  if ('loop' in one) words.push(`${one.loop} ${one.round} from ${one.from}`);
  if (one.kind === 'step-started' || one.kind === 'step-resumed')
    words.push(`${one.step}.${one.attempt} by ${one.epoch}`);
  else if ('step' in one) words.push(one.step);
  if ('error' in one && 'step' in one) words.push(one.error.code);
  if ('reason' in one) words.push(one.reason);
  if ('status' in one) words.push(one.status);
  return words.join(' ');
}

const withOutput = (step: string, data: number): EventBody => ({
  kind: 'step-succeeded',
  step,
  attempt: 1,
  epoch: 1,
  output: { result: `of ${step}`, data, execution_time: 1 },
  usage: null,
});

describe('due: nothing', () => {
  const plan = planWith({ s1: {} });

  it.each<[string, () => State]>([
    ['has not begun', () => UNBORN],
    ['is over', () => stateAfter(plan, FINISHED)],
    ['cannot be read', () => fold(stateAfter(plan), { seq: 2, publicSeq: null, at: 0, body: { kind: 'x' } as never })],
  ])('when the execution %s', (_, state) => {
    expect(due(state(), NOW, 0.5)).toEqual({ decisions: [], wakeAt: null });
  });

  it('while a step runs and nothing else can', () => {
    expect(says(plan, started('s1'))).toEqual([]);
  });
});

describe('due: beginning', () => {
  it('starts what needs nothing, in the order of the plan, as far as the width allows', () => {
    const plan = planWith({ s1: {}, s2: {}, s3: {} }, { width: 2 });
    expect(says(plan)).toEqual(['step-started s1.1 by 1', 'step-started s2.1 by 1']);
    expect(says(plan, started('s1'))).toEqual(['step-started s2.1 by 1']);
    expect(says(plan, started('s1'), started('s2'))).toEqual([]);
    expect(says(plan, started('s1'), started('s2'), succeeded('s1'))).toEqual(['step-started s3.1 by 1']);
  });

  it('starts in the name of the present owner', () => {
    expect(says(planWith({ s1: {} }), taken(4))).toEqual(['step-started s1.1 by 4']);
  });

  it('waits for every source of a join, and goes on when one failed', () => {
    const plan = planWith({ s1: {}, s2: {}, s3: { after: ['s1', 's2'] } });
    const both = [started('s1'), started('s2')];
    expect(says(plan, ...both, succeeded('s1'))).toEqual([]);
    expect(says(plan, ...both, succeeded('s1'), failed('s2'))).toEqual(['step-started s3.1 by 1']);
  });

  it('never begins behind a source that the plan does not hold', () => {
    expect(says(planWith({ s1: {}, s2: { after: ['s9'] } }), started('s1'), succeeded('s1'))).toEqual([]);
  });

  it('skips what its conditions close, and starts what they open', () => {
    const gated = { after: ['s1'], reference: 's1' };
    const plan = planWith({ s1: {}, s2: { ...gated, conditions: [HIGH] }, s3: { ...gated, conditions: [LOW] } });
    expect(says(plan, started('s1'), withOutput('s1', 1))).toEqual(['step-skipped s2 condition']);
    expect(says(plan, started('s1'), withOutput('s1', 9))).toEqual(['step-skipped s3 condition']);
    const skipped: EventBody = { kind: 'step-skipped', step: 's2', reason: 'condition' };
    expect(says(plan, started('s1'), withOutput('s1', 1), skipped)).toEqual(['step-started s3.1 by 1']);
  });

  it('keeps conditions open that something may still turn, and closes one at a time when nothing can', () => {
    const open = { conditions: [HIGH], conditionsMayTurn: true };
    const plan = planWith({ s1: {}, s2: { after: [], ...open }, s3: open });
    expect(says(plan, started('s1'))).toEqual([]);
    expect(says(plan, started('s1'), parked('s1', 'rate', NOW + 1))).toEqual([]);
    expect(says(plan, started('s1'), failed('s1'))).toEqual(['step-skipped s2 condition']);
    expect(says(plan, started('s1'), withOutput('s1', 9))).toEqual([
      'step-started s2.1 by 1',
      'step-started s3.1 by 1',
    ]);
  });
});

describe('due: a step whose input is not there', () => {
  const nodes = { s1: {}, s2: { after: ['s1'], input: { from: 'result', node: 's1' } as const } };
  const course = [started('s1'), failed('s1')];

  it('is skipped in a conditional run', () => {
    expect(says(planWith(nodes, { strategy: 'conditional' }), ...course)).toEqual(['step-skipped s2 source']);
  });

  it('fails in any other', () => {
    expect(says(planWith(nodes), ...course)).toEqual(['step-failed s2 step.no-input']);
    const { decisions } = due(stateAfter(planWith(nodes), taken(2), ...course), NOW, 0.5);
    expect(decisions).toMatchObject([{ attempt: 0, epoch: 2, usage: null }]);
  });

  it('fails before anything else begins: it may mean that nothing else does', () => {
    const plan = planWith({ ...nodes, s3: { after: ['s1'] } }, { onFailure: 'finish-others' });
    expect(says(plan, ...course)).toEqual(['step-failed s2 step.no-input']);
  });
});

describe('due: failure', () => {
  const plan = (onFailure: FailurePolicy): Plan => planWith({ s1: {}, s2: {}, s3: { after: ['s2'] } }, { onFailure });
  const course = [started('s1'), started('s2'), failed('s1')];

  it.each(['finish-others', 'continue'] as const)('lets everything else go on under "%s"', (policy) => {
    expect(says(plan(policy), ...course)).toEqual([]);
    expect(says(plan(policy), ...course, succeeded('s2'))).toEqual(['step-started s3.1 by 1']);
  });

  it.each(['stop', 'tolerate'] as const)('begins nothing further under "%s", and lets end what runs', (policy) => {
    expect(says(plan(policy), ...course)).toEqual(['step-skipped s3 stopped']);
    const skipped: EventBody = { kind: 'step-skipped', step: 's3', reason: 'stopped' };
    expect(says(plan(policy), ...course, skipped)).toEqual([]);
    expect(says(plan(policy), ...course, skipped, succeeded('s2'))).toEqual(['execution-finished failed']);
  });

  it('goes on under "tolerate" when it was not the first node', () => {
    const second = [started('s1'), started('s2'), failed('s2')];
    expect(says(plan('tolerate'), ...second)).toEqual(['step-started s3.1 by 1']);
  });

  it('cuts everything off under "fail-fast"', () => {
    expect(says(plan('fail-fast'), ...course)).toEqual(['step-cancelled s2', 'step-cancelled s3']);
  });
});

describe('due: reports', () => {
  const plan = planWith({ s1: {}, s2: {} });

  it('are decided upon before anything else', () => {
    expect(says(plan, started('s1'), reported('s1', 'done'))).toEqual(['step-succeeded s1']);
    expect(says(plan, started('s1'), reported('s1', '!invalid'), CANCEL)).toEqual(['step-failed s1 invalid']);
  });

  it('that name a retryable error make another attempt, spread by chance', () => {
    const state = stateAfter(plan, started('s1'), reported('s1', '!server_error'));
    const retries = [0, 1].map((jitter) => due(state, NOW, jitter).decisions);
    expect(retries).toMatchObject([[{ retryAt: NOW + 500 }], [{ retryAt: NOW + 1_000 }]]);
  });

  it('of a question fail it at the first error', () => {
    const course = [started('s1'), question('c1', 's1', NOW + 9), parked('s1', 'answer', NOW + 9), started('c1')];
    expect(says(plan, ...course, reported('c1', '!server_error'))).toEqual(['step-failed c1 server_error']);
  });
});

describe('due: another owner', () => {
  const plan = planWith({ s1: {}, s2: {} }, { width: 1 });
  const ran = [started('s1'), taken(2)];

  it('first says that nobody performs what ran under an older one', () => {
    expect(says(plan, ...ran)).toEqual(['step-interrupted s1']);
  });

  it('then performs it itself, whether or not the width is used up', () => {
    expect(says(plan, ...ran, interrupted('s1'))).toEqual(['step-resumed s1.1 by 2']);
  });

  it('interrupts nothing that has reported, that it began itself or that is parked', () => {
    expect(says(plan, started('s1'), reported('s1', 'done'), taken(2))).toEqual(['step-succeeded s1']);
    expect(says(plan, taken(2), started('s1', 1, 2))).toEqual([]);
    expect(says(plan, started('s1'), parked('s1', 'rate', NOW + 1), taken(2))).toEqual(['step-started s2.1 by 2']);
  });

  it('obeys the policy of the node', () => {
    const policies = planWith({ s1: { onInterrupted: 'retry' }, s2: { onInterrupted: 'fail' } });
    const course = [started('s1'), started('s2'), taken(2), interrupted('s1'), interrupted('s2')];
    expect(says(policies, ...course)).toEqual(['step-retrying s1 step.interrupted', 'step-failed s2 step.interrupted']);
  });

  it('resumes a question as well', () => {
    const asked = [started('s1'), question('c1', 's1', NOW + 9), parked('s1', 'answer', NOW + 9), started('c1')];
    expect(says(plan, ...asked, taken(2), interrupted('c1'))).toEqual(['step-resumed c1.1 by 2']);
  });
});

describe('due: cancel', () => {
  const plan = planWith({ s1: {}, s2: {}, s3: {}, s4: { after: ['s3'] } });

  it('cancels everything that is not settled', () => {
    const course = [started('s1'), started('s2'), succeeded('s2'), started('s3'), parked('s3', 'approval', null)];
    expect(says(plan, ...course, CANCEL)).toEqual(['step-cancelled s1', 'step-cancelled s3', 'step-cancelled s4']);
  });

  it('is over at once when nothing ran', () => {
    const all = ['s1', 's2', 's3', 's4'].map(cancelled);
    expect(says(plan, CANCEL, ...all)).toEqual(['execution-finished cancelled']);
  });

  it('waits up to a second for the cost of what it cut off', () => {
    const cut = stateAfter(planWith({ s1: {} }), started('s1'), CANCEL, cancelled('s1'));
    expect(due(cut, 4_999, 0.5)).toEqual({ decisions: [], wakeAt: 5_000 });
    expect(dueIn(cut, 5_000)).toEqual(['execution-finished cancelled']);
  });
});

describe('due: what is parked', () => {
  const plan = planWith({ s1: {}, s2: {}, s3: { after: ['s1', 's2'] } }, { width: 1 });
  const until = (why: 'retry' | 'rate' | 'approval', at: number | null) => [started('s1'), parked('s1', why, at)];
  const running = [...until('rate', NOW), started('s2')];

  it('leaves its place to others', () => {
    expect(says(plan, ...until('rate', NOW + 1))).toEqual(['step-started s2.1 by 1']);
  });

  it('goes on at its time, before anything new begins', () => {
    expect(says(plan, ...until('rate', NOW))).toEqual(['step-resumed s1.1 by 1']);
    expect(says(plan, ...until('approval', NOW))).toEqual(['step-resumed s1.1 by 1']);
  });

  it('begins its next attempt, where it waited to try again', () => {
    expect(says(plan, ...until('retry', NOW))).toEqual(['step-started s1.2 by 1']);
  });

  it('waits for a place when its time has come and there is none', () => {
    expect(says(plan, ...running)).toEqual([]);
    expect(says(plan, ...running, succeeded('s2'))).toEqual(['step-resumed s1.1 by 1']);
  });

  it('waits for a person as long as it takes', () => {
    const others = [started('s2'), succeeded('s2')];
    expect(dueIn(stateAfter(plan, ...until('approval', null), ...others), Number.MAX_SAFE_INTEGER)).toEqual([]);
  });
});

describe('due: questions', () => {
  const plan = planWith({ s1: {}, s2: {} }, { width: 1 });
  const asked = [started('s1'), question('c1', 's1', NOW + 9), parked('s1', 'answer', NOW + 20)];

  it('are put in the place that their asker left, before anything new begins', () => {
    expect(says(plan, ...asked)).toEqual(['step-started c1.1 by 1']);
  });

  it('are put one after the other when there is one place', () => {
    const two = [started('s1'), question('c1', 's1', NOW + 9), question('c2', 's1', NOW + 9)];
    const course = [...two, parked('s1', 'answer', NOW + 9)];
    expect(says(plan, ...course)).toEqual(['step-started c1.1 by 1']);
    expect(says(plan, ...course, started('c1'))).toEqual([]);
    expect(says(plan, ...course, started('c1'), succeeded('c1'))).toEqual(['step-started c2.1 by 1']);
  });

  it('let their asker go on once they are answered, or failed', () => {
    expect(says(plan, ...asked, started('c1'), succeeded('c1'))).toEqual(['step-resumed s1.1 by 1']);
    expect(says(plan, ...asked, started('c1'), failed('c1'))).toEqual(['step-resumed s1.1 by 1']);
  });

  it('end at their deadline, begun or not: their place is needed by others', () => {
    expect(dueIn(stateAfter(plan, ...asked), NOW + 9)).toEqual(['step-cancelled c1']);
    const late = stateAfter(plan, ...asked, started('c1'));
    expect(dueIn(late, NOW + 8)).toEqual([]);
    expect(dueIn(late, NOW + 9)).toEqual(['step-cancelled c1']);
  });

  it('end when their asker does', () => {
    expect(says(plan, ...asked, started('c1'), cancelled('s1'))).toEqual(['step-cancelled c1']);
    expect(says(plan, ...asked, started('c1'), failed('s1'))).toEqual(['step-cancelled c1']);
  });

  it('may be asked back: two agents that ask each other come to an end with one place', () => {
    const back = [started('c1'), question('c2', 'c1', NOW + 9), parked('c1', 'answer', NOW + 9)];
    expect(says(plan, ...asked, ...back)).toEqual(['step-started c2.1 by 1']);
    const answered = [...back, started('c2'), succeeded('c2')];
    expect(says(plan, ...asked, ...answered)).toEqual(['step-resumed c1.1 by 1']);
  });

  it('end with the question that led to them', () => {
    const back = [started('c1'), question('c2', 'c1', NOW + 99), parked('c1', 'answer', NOW + 99), started('c2')];
    expect(dueIn(stateAfter(plan, ...asked, ...back), NOW + 9)).toEqual(['step-cancelled c1']);
    expect(says(plan, ...asked, ...back, cancelled('c1'))).toEqual(['step-cancelled c2']);
  });
});

describe('due: going back', () => {
  const loops = [{ id: 'l1', from: 's2', to: 's1', body: ['s1', 's2'], maxRounds: 1, when: [LOW] }];
  const plan = planWith({ s1: {}, s2: { after: ['s1'] }, s3: { after: ['s2'] } }, { strategy: 'pipeline', loops });
  const once = [started('s1'), succeeded('s1'), started('s2')];
  const back: EventBody = { kind: 'loop-back', loop: 'l1', round: 2, from: 's2' };
  const twice = [back, started('s1~2'), succeeded('s1~2'), started('s2~2')];

  it('happens while the answer asks for it', () => {
    expect(says(plan, ...once, withOutput('s2', 1))).toEqual(['loop-back l1 2 from s2']);
    expect(says(plan, ...once, withOutput('s2', 9))).toEqual(['step-started s3.1 by 1']);
  });

  it('happens only for an answer', () => {
    expect(says(plan, ...once)).toEqual([]);
    expect(says(plan, ...once, failed('s2'))).toEqual(['step-started s3.1 by 1']);
  });

  it('begins the next round from its first node', () => {
    expect(says(plan, ...once, withOutput('s2', 1), back)).toEqual(['step-started s1~2.1 by 1']);
  });

  it('ends after as many rounds as the plan allows', () => {
    expect(says(plan, ...once, withOutput('s2', 1), ...twice, withOutput('s2~2', 1))).toEqual([
      'step-started s3.1 by 1',
    ]);
  });

  it('does not happen once something behind has begun', () => {
    expect(says(plan, ...once, withOutput('s2', 1), started('s3'))).toEqual([]);
  });
});

describe('due: the end', () => {
  const plan = planWith({ s1: {}, s2: {} });

  it('comes when every step is settled, once', () => {
    const course = [started('s1'), started('s2'), succeeded('s1')];
    expect(says(plan, ...course)).toEqual([]);
    expect(says(plan, ...course, succeeded('s2'))).toEqual(['execution-finished completed']);
    expect(says(plan, ...course, succeeded('s2'), FINISHED)).toEqual([]);
  });

  it('does not come while a question is open', () => {
    const course = [started('s1'), started('s2'), question('c1', 's1'), succeeded('s1'), succeeded('s2')];
    expect(says(plan, ...course)).toEqual(['step-cancelled c1']);
  });

  it('tells when to look again', () => {
    const state = stateAfter(plan, started('s1'), started('s2'), parked('s1', 'rate', NOW + 5));
    expect(due(state, NOW, 0.5)).toEqual({ decisions: [], wakeAt: NOW + 5 });
    expect(due(state, NOW + 5, 0.5)).toMatchObject({ decisions: [{ kind: 'step-resumed' }], wakeAt: null });
  });
});
