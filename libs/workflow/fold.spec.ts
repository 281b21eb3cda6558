import { type EventBody, JOURNAL_FORMAT, type JournalEvent } from './events.js';
import { awaits, fold, foldAll, receive, UNBORN } from './fold.js';
import {
  CANCEL,
  failed,
  journalOf,
  parked,
  planWith,
  question,
  report,
  started,
  stateAfter,
  stepThat,
  succeeded,
  usageOf,
} from './testing/journals.js';
import { startedWith } from './testing/states.js';

const PLAN = planWith({ s1: {}, s2: { after: ['s1'] } });
const LOOPED = planWith(
  { s1: {}, s2: { after: ['s1'] } },
  { loops: [{ id: 'l1', from: 's2', to: 's1', body: ['s1', 's2'], maxRounds: 2, when: [] }] },
);
const FINISHED: EventBody = { kind: 'execution-finished', status: 'completed', error: null };

function event(seq: number, body: EventBody): JournalEvent {
  return { seq, publicSeq: null, at: 9_000, body };
}

describe('fold: the execution', () => {
  it('is pending, with every node waiting in its first round, once it has begun', () => {
    const state = stateAfter(PLAN);
    expect(state).toMatchObject({
      phase: 'open',
      status: 'pending',
      epoch: 1,
      startedAt: null,
      rounds: { s1: 1, s2: 1 },
    });
    expect(state.steps.s2).toEqual({
      id: 's2',
      node: 's2',
      round: 1,
      agentId: 'agent-s2',
      feedbackFrom: null,
      added: null,
      is: 'waiting',
    });
  });

  it('begins once', () => {
    const other = { ...startedWith(PLAN), prompt: 'another' };
    expect(stateAfter(PLAN, other).started?.prompt).toBe('the prompt');
  });

  it('is not begun in a format that this program does not know', () => {
    const state = fold(UNBORN, event(1, { ...startedWith(PLAN), format: JOURNAL_FORMAT + 1 }));
    expect(state).toMatchObject({ phase: 'unborn', started: null, steps: {}, seq: 1 });
    expect(state.unreadable).toBe('The journal has format 2; this program reads 1.');
  });

  it('stops at a kind that this program does not know, and says which', () => {
    const state = fold(stateAfter(PLAN), event(2, { kind: 'step-dreamt' } as unknown as EventBody));
    expect(state.unreadable).toBe('The journal holds an event of the unknown kind "step-dreamt".');
  });

  it('runs from the first start of a step, whichever follows', () => {
    const state = stateAfter(PLAN, started('s1'), succeeded('s1'), started('s2'));
    expect(state).toMatchObject({ status: 'running', startedAt: 2_000, lastAt: 4_000, seq: 4, publicSeq: 4 });
  });

  it('counts events and public events, and reads none twice', () => {
    const state = stateAfter(PLAN, { kind: 'execution-taken', epoch: 2 }, started('s1'));
    expect(state).toMatchObject({ seq: 3, publicSeq: 2 });
    expect(fold(state, event(3, CANCEL))).toEqual(state);
    expect(fold(state, event(2, CANCEL))).toEqual(state);
  });

  it('belongs to the latest owner, in whichever order they are told', () => {
    const taken = (epoch: number): EventBody => ({ kind: 'execution-taken', epoch });
    expect(stateAfter(PLAN, taken(3), taken(2)).epoch).toBe(3);
  });

  it('finishes once, and nothing moves it afterwards', () => {
    const error = { code: 'x.y', message: 'no' };
    const end = stateAfter(PLAN, started('s1'), { kind: 'execution-finished', status: 'failed', error });
    expect(end).toMatchObject({ phase: 'finished', status: 'failed', error, finishedAt: 3_000, cancelling: false });
    const late: readonly EventBody[] = [
      FINISHED,
      CANCEL,
      succeeded('s1'),
      started('s2'),
      question('c1', 's1'),
      { kind: 'loop-back', loop: 'l1', round: 2, from: 's2' },
    ];
    for (const body of late) expect(fold(end, event(4, body))).toEqual({ ...end, seq: 4, lastAt: 9_000 });
  });

  it('is not finished or cancelled before it has begun', () => {
    expect(foldAll([event(1, FINISHED), event(2, CANCEL), event(3, started('s1'))])).toMatchObject({
      phase: 'unborn',
      status: 'pending',
      cancelling: false,
      steps: {},
    });
  });

  it('is being cancelled from the request on', () => {
    expect(stateAfter(PLAN, CANCEL)).toMatchObject({ cancelling: true, phase: 'open', status: 'pending' });
  });
});

describe('fold: rounds and questions', () => {
  const back = (round: number, loop = 'l1'): EventBody => ({ kind: 'loop-back', loop, round, from: 's2' });

  it('opens fresh steps for the body of a loop, the first with the feedback', () => {
    const state = stateAfter(LOOPED, started('s1'), succeeded('s1'), started('s2'), succeeded('s2'), back(2));
    expect(Object.keys(state.steps)).toEqual(['s1', 's2', 's1~2', 's2~2']);
    expect(state).toMatchObject({ rounds: { s1: 2, s2: 2 }, loops: { l1: 1 } });
    expect(state.steps['s1~2']).toMatchObject({ node: 's1', round: 2, agentId: 'agent-s1', feedbackFrom: 's2' });
    expect(state.steps['s2~2']).toMatchObject({ is: 'waiting', feedbackFrom: null });
    expect(state.steps.s1).toMatchObject({ is: 'succeeded' });
  });

  it('opens each round once and in turn, and none of a loop that is not in the plan', () => {
    const once = stateAfter(LOOPED, back(2));
    expect(stateAfter(LOOPED, back(2), back(2)).steps).toEqual(once.steps);
    expect(stateAfter(LOOPED, back(3)).rounds).toEqual({ s1: 1, s2: 1 });
    expect(stateAfter(LOOPED, back(2, 'l9')).rounds).toEqual({ s1: 1, s2: 1 });
    expect(stateAfter(LOOPED, back(2), back(3))).toMatchObject({ rounds: { s1: 3, s2: 3 }, loops: { l1: 2 } });
  });

  it('survives a loop over a node that the plan does not hold', () => {
    const loops = [{ id: 'l1', from: 's2', to: 's1', body: ['s9'], maxRounds: 1, when: [] }];
    const state = stateAfter({ ...LOOPED, loops }, back(2));
    expect(state.steps['s9~2']).toMatchObject({ is: 'waiting', agentId: '', round: 2 });
  });

  it('adds a question as a step of no node, once', () => {
    const state = stateAfter(PLAN, question('c1', 's1', 5_000), question('c1', 's2', 9_000));
    expect(state.steps.c1).toMatchObject({ is: 'waiting', node: null, round: 1, agentId: 'agent-s1' });
    expect(state.steps.c1?.added).toMatchObject({ askedBy: 's1', deadline: 5_000 });
  });

  it('never replaces a step of the plan by a question', () => {
    expect(stateAfter(PLAN, question('s1', 's2')).steps.s1).toMatchObject({ node: 's1', added: null });
  });
});

describe('fold: money', () => {
  const cost = (micros: number | null): EventBody => {
    const usage = micros === null ? null : usageOf(micros);
    return { kind: 'cost-recorded', step: 's1', attempt: 1, epoch: 1, usage };
  };
  const reported = (micros?: number): EventBody => ({
    kind: 'step-reported',
    report: report('s1', 'late', micros === undefined ? {} : { usage: usageOf(micros) }),
  });

  it('charges what each performance cost, by step, attempt and owner', () => {
    const performance = { step: 's1', attempt: 1, epoch: 1, error: { code: 'x.y', message: 'no' } };
    const state = stateAfter(
      PLAN,
      started('s1'),
      { kind: 'step-retrying', ...performance, retryAt: 9_000, usage: usageOf(5) },
      started('s1', 2),
      { kind: 'step-failed', ...performance, attempt: 2, usage: usageOf(7) },
    );
    expect(state.charges).toEqual({ 's1.1.1': usageOf(5), 's1.2.1': usageOf(7) });
  });

  it('charges a result that is delivered twice once', () => {
    expect(stateAfter(PLAN, started('s1'), cost(5), cost(9)).charges).toEqual({ 's1.1.1': usageOf(5) });
  });

  it('replaces a cost that was given up by the one that arrived after all, never the other way round', () => {
    expect(stateAfter(PLAN, cost(null), cost(5)).charges).toEqual({ 's1.1.1': usageOf(5) });
    expect(stateAfter(PLAN, cost(5), cost(null)).charges).toEqual({ 's1.1.1': usageOf(5) });
    expect(stateAfter(PLAN, cost(null)).charges).toEqual({ 's1.1.1': null });
  });

  it('charges what comes too late to count, even after the end', () => {
    const late = stateAfter(PLAN, FINISHED, cost(5));
    expect(late).toMatchObject({ phase: 'finished', charges: { 's1.1.1': usageOf(5) } });
    expect(stateAfter(PLAN, started('s1'), succeeded('s1'), reported(5)).charges).toEqual({ 's1.1.1': usageOf(5) });
  });

  it('knows of no charge where nothing was told of one', () => {
    expect(stateAfter(PLAN, started('s1'), reported(), failed('s1')).charges).toEqual({});
  });
});

describe('fold: reports', () => {
  const noted = (says: string, attempt = 1): EventBody => ({
    kind: 'step-reported',
    report: report('s1', says, { attempt }),
  });

  it('keeps the first report of the attempt that runs until it is decided upon', () => {
    const state = stateAfter(PLAN, started('s1'), noted('first'), noted('second'));
    expect(stepThat(state, 's1', 'running').report).toEqual(report('s1', 'first'));
    expect(state.status).toBe('running');
  });

  it('takes the report of an attempt that nobody performs at present: it was paid for', () => {
    const interrupted: EventBody = { kind: 'step-interrupted', step: 's1', attempt: 1 };
    const state = stateAfter(PLAN, started('s1'), interrupted, noted('late'));
    expect(stepThat(state, 's1', 'running').report).toEqual(report('s1', 'late'));
  });

  it('is deaf to reports of other attempts, of steps that do not run and of steps that are not there', () => {
    expect(stepThat(stateAfter(PLAN, started('s1'), noted('early', 2)), 's1', 'running').report).toBeNull();
    expect(stateAfter(PLAN, noted('early'), started('s1')).steps.s1).toMatchObject({ is: 'running', report: null });
    expect(stateAfter(PLAN, started('s1'), parked('s1', 'rate', 9_000), noted('x')).steps.s1?.is).toBe('parked');
    expect(receive(stateAfter(PLAN), report('s9', 'x'))).toEqual(stateAfter(PLAN));
  });

  it('awaits nothing once the execution is finished', () => {
    const running = stateAfter(PLAN, started('s1'));
    expect(awaits(running, report('s1', 'x'))).toBe(true);
    expect(awaits(fold(running, event(3, FINISHED)), report('s1', 'x'))).toBe(false);
    expect(receive(fold(running, event(3, FINISHED)), report('s1', 'x')).steps).toEqual(running.steps);
  });
});

describe('fold: purity', () => {
  it('never changes a state that it was given', () => {
    const before = stateAfter(LOOPED, started('s1'), question('c1', 's1'));
    const copy = structuredClone(before);
    const events: readonly EventBody[] = [
      succeeded('s1'),
      { kind: 'loop-back', loop: 'l1', round: 2, from: 's2' },
      { kind: 'cost-recorded', step: 's1', attempt: 1, epoch: 1, usage: usageOf(5) },
      question('c2', 's1'),
      CANCEL,
      FINISHED,
    ];
    const after = foldAll(
      events.map((body, index) => event(before.seq + 1 + index, body)),
      before,
    );
    receive(before, report('s1', 'x'));
    expect(after).toMatchObject({ phase: 'finished', loops: { l1: 1 } });
    expect(before).toEqual(copy);
    expect(UNBORN).toMatchObject({ steps: {}, rounds: {}, loops: {}, charges: {} });
  });

  it('reaches the same state event by event, all at once, and in two parts', () => {
    const journal = journalOf(LOOPED, [started('s1'), succeeded('s1'), started('s2'), CANCEL, FINISHED]);
    const whole = foldAll(journal);
    expect(journal.reduce(fold, UNBORN)).toEqual(whole);
    expect(foldAll(journal.slice(3), foldAll(journal.slice(0, 3)))).toEqual(whole);
  });
});
