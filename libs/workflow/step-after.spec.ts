import type { EventBody } from './events.js';
import type { Step } from './state.js';
import { type StepEvent, stepAfter } from './step-after.js';
import { failed, parked, planWith, report, started, stateAfter, stepThat, succeeded } from './testing/journals.js';

const PLAN = planWith({ s1: {} });
const AT = 50_000;
const SEQ = 7;

const performance = (attempt: number) => ({ step: 's1', attempt, epoch: 1 });
const error = { code: 'server_error', message: 'no' };
const interrupted: EventBody = { kind: 'step-interrupted', step: 's1', attempt: 1 };
const retrying: EventBody = { kind: 'step-retrying', ...performance(1), error, retryAt: 9_000, usage: null };

/** What happened to a step that is in each of its states; it began at 2,000 ms. */
const PASTS = {
  waiting: [],
  running: [started('s1')],
  interrupted: [started('s1'), interrupted],
  paused: [started('s1'), parked('s1', 'rate', 9_000)],
  retrying: [started('s1'), retrying],
  succeeded: [started('s1'), succeeded('s1')],
  failed: [started('s1'), failed('s1')],
  skipped: [{ kind: 'step-skipped', step: 's1', reason: 'condition' }],
  cancelled: [started('s1'), { kind: 'step-cancelled', step: 's1' }],
} as const satisfies Readonly<Record<string, readonly EventBody[]>>;

function stepIn(state: keyof typeof PASTS): Step {
  const { s1 } = stateAfter(PLAN, ...PASTS[state]).steps;
  if (!s1) throw new Error('no step');
  return s1;
}

function eventOf(kind: string, attempt: number): StepEvent {
  const bodies: Readonly<Record<string, StepEvent>> = {
    started: { kind: 'step-started', ...performance(attempt), epoch: 2 },
    interrupted: { kind: 'step-interrupted', step: 's1', attempt },
    resumed: { kind: 'step-resumed', ...performance(attempt), epoch: 2 },
    parked: { kind: 'step-parked', step: 's1', attempt, why: 'answer', until: 60_000 },
    succeeded: {
      kind: 'step-succeeded',
      ...performance(attempt),
      output: { result: 'x', execution_time: 1 },
      usage: null,
    },
    retrying: { kind: 'step-retrying', ...performance(attempt), error, retryAt: 60_000, usage: null },
    failed: { kind: 'step-failed', ...performance(attempt), error, usage: null },
    skipped: { kind: 'step-skipped', step: 's1', reason: 'stopped' },
    cancelled: { kind: 'step-cancelled', step: 's1' },
  };
  const body = bodies[kind];
  if (!body) throw new Error(kind);
  return body;
}

/** What each event (and the attempt it tells of) makes of a step in each state; a dot: it does not fit. */
const TABLE = `
                waiting    running    interrupted  paused     retrying   succeeded  failed  skipped  cancelled
started 1       running    .          .            .          .          .          .       .        .
started 2       .          .          .            .          running    .          .       .        .
started 3       .          .          .            .          .          .          .       .        .
interrupted 1   .          running    .            .          .          .          .       .        .
interrupted 2   .          .          .            .          .          .          .       .        .
resumed 0       .          .          .            .          .          .          .       .        .
resumed 1       .          running    running      running    .          .          .       .        .
resumed 2       .          .          .            .          .          .          .       .        .
parked 1        .          parked     parked       .          .          .          .       .        .
parked 2        .          .          .            .          .          .          .       .        .
retrying 1      .          parked     parked       .          .          .          .       .        .
retrying 2      .          .          .            .          .          .          .       .        .
succeeded 1     .          succeeded  succeeded    .          .          .          .       .        .
succeeded 2     .          .          .            .          .          .          .       .        .
failed 0        failed     .          .            .          .          .          .       .        .
failed 1        .          failed     failed       failed     failed     .          .       .        .
failed 2        .          .          .            .          .          .          .       .        .
skipped -       skipped    .          .            .          .          .          .       .        .
cancelled -     cancelled  cancelled  cancelled    cancelled  cancelled  .          .       .        .
`;

const [columns = [], ...rows] = TABLE.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));

describe('what an event makes of a step', () => {
  it.each(rows)('%s %s', (kind = '', attempt = '', ...fates) => {
    const after = columns.map((name) =>
      stepAfter(stepIn(name as keyof typeof PASTS), eventOf(kind, Number(attempt)), AT, SEQ),
    );
    expect(after.map((one) => one?.is ?? '.')).toEqual(fates);
  });

  const after = (state: keyof typeof PASTS, kind: string, attempt = 1): Step | null =>
    stepAfter(stepIn(state), eventOf(kind, attempt), AT, SEQ);

  it('keeps who it is, whatever happens', () => {
    const { is: _, ...facts } = stepIn('waiting');
    for (const kind of ['started', 'skipped', 'cancelled']) expect(after('waiting', kind)).toMatchObject(facts);
    for (const kind of ['parked', 'succeeded', 'failed']) expect(after('running', kind)).toMatchObject(facts);
  });

  it('has a beginning that stays, however often it begins again', () => {
    expect(after('waiting', 'started')).toMatchObject({ startedAt: AT, epoch: 2, interruptions: 0, performed: true });
    expect(after('retrying', 'started', 2)).toMatchObject({ startedAt: 2_000, attempt: 2, interruptions: 0 });
    expect(after('paused', 'resumed')).toMatchObject({ startedAt: 2_000, attempt: 1, epoch: 2, performed: true });
    expect(after('interrupted', 'resumed')).toMatchObject({ startedAt: 2_000, attempt: 1, epoch: 2, performed: true });
  });

  it('has an end, and failed without a beginning it began and ended at once', () => {
    expect(after('running', 'succeeded')).toMatchObject({ startedAt: 2_000, endedAt: AT, attempt: 1 });
    expect(after('paused', 'failed')).toMatchObject({ startedAt: 2_000, endedAt: AT, error });
    expect(after('waiting', 'failed', 0)).toMatchObject({ startedAt: AT, endedAt: AT, attempt: 0 });
    expect(after('waiting', 'skipped')).toMatchObject({ endedAt: AT, reason: 'stopped' });
  });

  it('remembers why and how long it is parked', () => {
    expect(after('running', 'parked')).toMatchObject({ why: 'answer', until: 60_000, startedAt: 2_000 });
    expect(after('running', 'retrying')).toMatchObject({ why: 'retry', until: 60_000, startedAt: 2_000, attempt: 1 });
  });

  it('counts the deaths under its attempt, through pauses and resumptions, until the next attempt', () => {
    const resumed: EventBody = { kind: 'step-resumed', ...performance(1), epoch: 2 };
    const bodies = [started('s1'), interrupted, resumed, interrupted, resumed, parked('s1', 'rate', 9_000), resumed];
    const twice = stateAfter(PLAN, ...bodies);
    expect(stepThat(twice, 's1', 'running').interruptions).toBe(2);
    const again = stateAfter(PLAN, ...bodies, retrying, started('s1', 2));
    expect(stepThat(again, 's1', 'running').interruptions).toBe(0);
  });

  it('remembers the performance that a cancel cut off, and only one that was going on', () => {
    expect(after('running', 'cancelled')).toMatchObject({ cut: performance(1), startedAt: 2_000 });
    expect(after('interrupted', 'cancelled')).toMatchObject({ cut: null, startedAt: 2_000 });
    expect(after('paused', 'cancelled')).toMatchObject({ cut: null, startedAt: 2_000 });
    expect(after('waiting', 'cancelled')).toMatchObject({ cut: null, startedAt: null });
  });

  it('keeps a report that is there already, whether it is performed again or wants to wait', () => {
    const reported: EventBody = { kind: 'step-reported', report: report('s1', 'done') };
    const resumed: EventBody = { kind: 'step-resumed', ...performance(1) };
    const state = stateAfter(PLAN, started('s1'), interrupted, reported, resumed, parked('s1', 'answer', 9_000));
    expect(stepThat(state, 's1', 'running')).toMatchObject({ performed: true, report: report('s1', 'done') });
  });

  it('begins without leftovers of what it was', () => {
    expect(after('paused', 'resumed')).not.toHaveProperty('until');
    expect(after('paused', 'resumed')).not.toHaveProperty('why');
  });
});
