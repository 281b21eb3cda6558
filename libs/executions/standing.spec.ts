import { compile, type Workflow } from '#libs/compiler/index.js';
import { type Decision, type EventBody, fold, foldAll, numbered, type State, UNBORN } from '#libs/workflow/index.js';
import { standingOf } from './standing.js';

const pipeline: Workflow = {
  type: 'pipeline',
  agents: ['a1', 'a2', 'a3'].map((agent_id) => ({ agent_id, input: { source: 'initial_prompt' } })),
  config: {
    feedback: {
      from: 'a3',
      to: 'a2',
      max_iterations: 1,
      when: [{ field: 'data.verdict', operator: 'equals', value: 'fail' }],
    },
  },
};

function after(...bodies: readonly EventBody[]): State {
  const plan = compile(pipeline);
  if (Array.isArray(plan)) throw new Error(JSON.stringify(plan));
  const started: Decision = {
    kind: 'execution-started',
    format: 1,
    executionId: 'e',
    userId: 'u',
    teamId: 't',
    teamName: 'Team',
    prompt: 'p',
    plan,
    agents: {},
    prices: {},
  };
  return [started, ...bodies].reduce((state, body) => fold(state, numbered(state, body, 1_000)), UNBORN);
}

const begun = (step: string): EventBody => ({ kind: 'step-started', step, attempt: 1, epoch: 1 });
const done = (step: string): EventBody => ({
  kind: 'step-succeeded',
  step,
  attempt: 1,
  epoch: 1,
  output: { result: 'x', execution_time: 1 },
  usage: null,
});
const failed = (step: string): EventBody => ({
  kind: 'step-failed',
  step,
  attempt: 1,
  epoch: 1,
  error: { code: 'x', message: 'x' },
  usage: null,
});
const skipped = (step: string): EventBody => ({ kind: 'step-skipped', step, reason: 'stopped' });

function standing(...bodies: readonly EventBody[]) {
  const state = after(...bodies);
  if (!state.started) throw new Error('not started');
  return standingOf(state.started.plan, state);
}

describe('the standing of a run', () => {
  test('lists every agent from the start, and no step before the first', () => {
    expect(standing()).toEqual({
      agentStatuses: { a1: 'pending', a2: 'pending', a3: 'pending' },
      progress: 0,
      currentStep: null,
      waiting: [],
    });
  });

  test('counts what is done over all agents', () => {
    expect(standing(begun('s1'), done('s1'), begun('s2'))).toMatchObject({
      agentStatuses: { a1: 'completed', a2: 'running', a3: 'pending' },
      progress: 33.3,
      currentStep: 2,
    });
  });

  test('never goes back when the work does', () => {
    const back: EventBody = { kind: 'loop-back', loop: 'l1', round: 2, from: 's3' };
    const around = [begun('s1'), done('s1'), begun('s2'), done('s2'), begun('s3'), done('s3'), back];
    expect(standing(...around)).toMatchObject({
      agentStatuses: { a1: 'completed', a2: 'pending', a3: 'pending' },
      progress: 99.9,
      currentStep: 1,
    });
  });

  test('is complete only when the run is', () => {
    const all = [begun('s1'), done('s1'), begun('s2'), done('s2'), begun('s3'), done('s3')];
    expect(standing(...all).progress).toBe(99.9);
    expect(standing(...all, { kind: 'execution-finished', status: 'completed', error: null }).progress).toBe(100);
  });

  test('shows failed, skipped and cancelled agents as what they are', () => {
    expect(standing(begun('s1'), failed('s1'), skipped('s2'), skipped('s3'))).toMatchObject({
      agentStatuses: { a1: 'failed', a2: 'skipped', a3: 'skipped' },
      progress: 66.7,
      currentStep: 1,
    });
    const cancelled = standing(
      begun('s1'),
      { kind: 'step-cancelled', step: 's1' },
      { kind: 'step-cancelled', step: 's2' },
    );
    expect(cancelled).toMatchObject({ agentStatuses: { a1: 'cancelled', a2: 'cancelled' }, currentStep: 1 });
  });

  test('names what it waits for, while the agent still counts as running', () => {
    const parked: EventBody = { kind: 'step-parked', step: 's1', attempt: 1, why: 'approval', until: null };
    expect(standing(begun('s1'), parked)).toMatchObject({
      agentStatuses: { a1: 'running' },
      waiting: [{ step_id: 's1', kind: 'approval', id: 'e.s1' }],
    });
  });

  test('of an empty journal is that of nothing begun', () => {
    expect(foldAll([]).phase).toBe('unborn');
  });
});
