import { compile } from '#libs/compiler/index.js';
import { advance, numbered } from './advance.js';
import { agreement } from './approvals.js';
import { due } from './due.js';
import type { ApprovalDecided, Decision, EventBody, JournalEvent, StepReport, Vote } from './events.js';
import { fold, foldAll } from './fold.js';
import { inputOf } from './input.js';
import type { Approval, Plan, PlanNode } from './plan.js';
import type { State } from './state.js';
import {
  CANCEL,
  planWith,
  question,
  report,
  started,
  stateAfter,
  stepThat,
  succeeded,
  usageOf,
} from './testing/journals.js';
import { waitsForPeople } from './waits-for-people.js';

const NOW = 10_000;
const OWNER: Approval = { when: 'before', approvers: [], quorum: 1, expiresMs: null, onExpiry: 'reject' };
const asking = (approval: Partial<Approval> = {}): Partial<PlanNode> => ({ approval: { ...OWNER, ...approval } });
const AFTER = { when: 'after' } as const;
const THREE = { approvers: ['a', 'b', 'c'], quorum: 2 };

/** A pass over a state, as its owner makes it. */
function pass(state: State, reports: readonly StepReport[] = [], now = NOW) {
  const next = advance(state, reports, now, 0.5);
  return { ...next, said: next.events.map(short) };
}

/** As if it had just been accepted. */
const begun = (plan: Plan) => pass(stateAfter(plan));

function short({ body }: JournalEvent): string {
  const error = 'error' in body && body.error && 'step' in body ? ` ${body.error.code}` : '';
  return `${body.kind}${'step' in body ? ` ${body.step}` : ''}${error}`;
}

function voted(state: State, by: string, decision: Vote['decision'] = 'approve', rest: Partial<ApprovalDecided> = {}) {
  const vote = { kind: 'approval-decided', step: 's1', by, decision, edited: null, comment: null, ...rest } as const;
  return noted(state, vote);
}

function noted(state: State, body: EventBody, now = NOW): State {
  return fold(state, numbered(state, body, now));
}

const errorOf = (state: State, step = 's1') => stepThat(state, step, 'failed').error;

describe('asked before it runs, a step', () => {
  const plan = planWith({ s1: asking(), s2: { after: ['s1'] } });

  it('waits, and the execution counts as running', () => {
    const { said, state, wakeAt } = begun(plan);
    expect(said).toEqual(['approval-requested s1']);
    expect(state).toMatchObject({ status: 'running', startedAt: NOW });
    expect(stepThat(state, 's1', 'parked')).toMatchObject({ why: 'approval', attempt: 0, until: null });
    expect(wakeAt).toBeNull();
    expect(pass(state, [], Number.MAX_SAFE_INTEGER).said).toEqual([]);
  });

  it('begins with its first attempt as soon as it is approved', () => {
    const { said, state } = pass(voted(begun(plan).state, 'u1'));
    expect(said).toEqual(['step-started s1']);
    expect(stepThat(state, 's1', 'running')).toMatchObject({ attempt: 1, startedAt: NOW });
    expect(pass(state, [report('s1', 'done')]).said).toEqual(['step-succeeded s1', 'step-started s2']);
  });

  it('receives what was edited instead of its input, in every attempt', () => {
    let { state } = pass(voted(begun(plan).state, 'u1', 'approve', { edited: 'Other words.' }));
    const texts = () => inputOf(plan, state.started as never, state, 's1');
    expect(texts()).toEqual({ texts: [{ text: 'Other words.', author: 'user' }] });
    ({ state } = pass(state, [report('s1', '!server_error')]));
    ({ state } = pass(state, [], NOW + 60_000));
    expect(stepThat(state, 's1', 'running').attempt).toBe(2);
    expect(texts()).toMatchObject({ texts: [{ text: 'Other words.' }] });
  });

  it('fails without having run when it is rejected, and says why', () => {
    const { said, state } = pass(voted(begun(plan).state, 'u1', 'reject', { comment: 'Too dear' }));
    expect(said.slice(0, 2)).toEqual(['step-failed s1 approval.rejected', 'step-started s2']);
    expect(stepThat(state, 's1', 'failed').attempt).toBe(0);
    expect(errorOf(state).message).toBe('The people who were asked did not agree: Too dear');
  });

  it('is not asked about again when it is tried again', () => {
    let { state } = pass(voted(begun(plan).state, 'u1'));
    ({ state } = pass(state, [report('s1', '!server_error')]));
    expect(pass(state, [], NOW + 60_000).said).toEqual(['step-started s1']);
  });

  it('takes no place in the width while it waits, and waits for one when it is approved', () => {
    const narrow = planWith({ s1: asking(), s2: {}, s3: {} }, { width: 1 });
    const { said, state } = begun(narrow);
    expect(said).toEqual(['approval-requested s1', 'step-started s2']);
    const approved = pass(voted(state, 'u1'));
    expect(approved.said).toEqual([]);
    expect(pass(approved.state, [report('s2', 'done')]).said).toEqual(['step-succeeded s2', 'step-started s1']);
  });

  it('is not asked about when its conditions do not hold or an earlier failure leaves it out', () => {
    const conditions = [{ field: 'initial_prompt', operator: 'equals', value: 'never' }] as const;
    expect(begun(planWith({ s1: { ...asking(), conditions } })).said).toEqual([
      'step-skipped s1',
      'execution-finished',
    ]);
    const chain = planWith({ s1: {}, s2: { ...asking(), after: ['s1'] } }, { onFailure: 'stop' });
    expect(pass(begun(chain).state, [report('s1', '!invalid')]).said).toEqual([
      'step-failed s1 invalid',
      'step-skipped s2',
      'execution-finished',
    ]);
  });
});

describe('asked about its result, a step', () => {
  const plan = planWith({ s1: asking(AFTER), s2: { after: ['s1'], input: { from: 'result', node: 's1' } } });
  const answered = (says = 'draft', usage = usageOf(5)) => pass(begun(plan).state, [report('s1', says, { usage })]);

  it('waits with what it gave on record, paid once', () => {
    const { said, state } = answered();
    expect(said).toEqual(['approval-requested s1']);
    expect(stepThat(state, 's1', 'parked').approval).toMatchObject({ output: { result: 'draft' }, when: 'after' });
    expect(state.charges).toEqual({ 's1.1.1': usageOf(5) });
    expect(pass(voted(state, 'u1')).state.charges).toEqual({ 's1.1.1': usageOf(5) });
  });

  it('succeeds with it when it is approved', () => {
    const { said, state } = pass(voted(answered().state, 'u1'));
    expect(said).toEqual(['step-succeeded s1', 'step-started s2']);
    expect(stepThat(state, 's1', 'succeeded').output).toEqual({ result: 'draft', execution_time: 1 });
  });

  it('succeeds with what was edited, data and all, and hands that on', () => {
    const { state } = pass(voted(answered().state, 'u1', 'approve', { edited: '{"verdict": "fine"}' }));
    expect(stepThat(state, 's1', 'succeeded').output).toEqual({
      result: '{"verdict": "fine"}',
      data: { verdict: 'fine' },
      execution_time: 1,
    });
    expect(inputOf(plan, state.started as never, state, 's2')).toMatchObject({
      texts: [{ text: '{"verdict": "fine"}' }],
    });
  });

  it('fails when it is rejected, without another attempt', () => {
    const { said, state } = pass(voted(answered().state, 'u1', 'reject'));
    expect(said.slice(0, 1)).toEqual(['step-failed s1 approval.rejected']);
    expect(errorOf(state).message).toBe('The people who were asked did not agree.');
  });

  it('is not asked about when it failed', () => {
    expect(pass(begun(plan).state, [report('s1', '!invalid')]).said[0]).toBe('step-failed s1 invalid');
  });

  it('is judged by the next owner as by the first', () => {
    const taken = pass(noted(answered().state, { kind: 'execution-taken', epoch: 2 }));
    expect(taken.said).toEqual([]);
    expect(pass(voted(taken.state, 'u1')).said).toEqual(['step-succeeded s1', 'step-started s2']);
  });
});

describe('the failure policy', () => {
  const rejected = (onFailure: Plan['onFailure']) => {
    const plan = planWith({ s1: asking(), s2: {}, s3: { after: ['s1'] } }, { onFailure });
    return pass(voted(begun(plan).state, 'u1', 'reject'));
  };

  it.each([
    ['stop', ['step-failed s1 approval.rejected', 'step-skipped s3']],
    ['fail-fast', ['step-failed s1 approval.rejected', 'step-cancelled s2', 'step-cancelled s3']],
    ['continue', ['step-failed s1 approval.rejected', 'step-started s3']],
    ['finish-others', ['step-failed s1 approval.rejected', 'step-started s3']],
  ] as const)('%s holds for what people reject', (onFailure, said) => {
    expect(rejected(onFailure).said).toEqual(said);
  });
});

describe('votes', () => {
  const vote = (by: string, decision: Vote['decision']): Vote => ({ by, decision, edited: null, comment: null });
  const yes = (by: string) => vote(by, 'approve');
  const no = (by: string) => vote(by, 'reject');
  const three: Approval = { ...OWNER, ...THREE };

  it.each([
    ['nobody has spoken', [], 'open'],
    ['one of two needed agrees', [yes('a')], 'open'],
    ['as many as are needed agree', [yes('a'), yes('b')], 'granted'],
    ['one refuses and two are left', [no('a')], 'open'],
    ['one agrees, one refuses', [yes('a'), no('b')], 'open'],
    ['two agree though one refuses', [yes('a'), no('b'), yes('c')], 'granted'],
    ['too few are left', [no('a'), no('b')], 'refused'],
    ['too few are left although one agrees', [yes('c'), no('a'), no('b')], 'refused'],
  ])('when %s: %j, it is %s', (_when, votes, stands) => {
    expect(agreement(three, votes)).toBe(stands);
  });

  it('of the owner alone decide at once, one way or the other', () => {
    expect(agreement(OWNER, [yes('u1')])).toBe('granted');
    expect(agreement(OWNER, [no('u1')])).toBe('refused');
  });

  it('of time decide whatever was said before', () => {
    const time = (decision: Vote['decision']): Vote => ({ ...vote('', decision), by: null });
    expect(agreement(three, [no('a'), time('approve')])).toBe('granted');
    expect(agreement(three, [yes('a'), time('reject')])).toBe('refused');
  });

  const plan = planWith({ s1: asking(THREE) });

  it('count once for each person: the first stays', () => {
    const state = voted(voted(begun(plan).state, 'a'), 'a', 'reject');
    expect(stepThat(state, 's1', 'parked').approval?.votes).toEqual([yes('a')]);
    expect(pass(voted(state, 'a')).said).toEqual([]);
  });

  it('are not heard once it is decided, whatever they edit', () => {
    let state = voted(voted(begun(plan).state, 'a', 'approve', { edited: 'by a' }), 'b');
    state = voted(state, 'c', 'approve', { edited: 'too late' });
    expect(stepThat(state, 's1', 'parked').approval?.votes).toHaveLength(2);
    expect(stepThat(pass(state).state, 's1', 'running').edited).toBe('by a');
  });

  it('of several who edit, the last counts', () => {
    const state = voted(voted(begun(plan).state, 'a', 'approve', { edited: 'by a' }), 'b', 'approve', {
      edited: 'by b',
    });
    expect(stepThat(pass(state).state, 's1', 'running').edited).toBe('by b');
  });

  it('change nothing on steps that nobody is asked about', () => {
    const { state } = begun(plan);
    const settled = pass(voted(voted(state, 'a'), 'b')).state;
    for (const step of ['s1', 's9']) {
      const late = voted(settled, 'c', 'reject', { step });
      expect(late.steps).toEqual(settled.steps);
    }
  });

  it('say the last reason when it is refused', () => {
    const first = voted(begun(plan).state, 'a', 'reject', { comment: 'No.' });
    expect(errorOf(pass(voted(first, 'b', 'reject', { comment: 'Never' })).state).message).toContain('Never');
  });
});

describe('time', () => {
  const until = NOW + 5_000;

  it.each([
    ['before', 'reject', ['approval-decided s1', 'step-failed s1 approval.expired']],
    ['before', 'approve', ['approval-decided s1', 'step-started s1']],
    ['after', 'reject', ['approval-decided s1', 'step-failed s1 approval.expired']],
    ['after', 'approve', ['approval-decided s1', 'step-succeeded s1']],
  ] as const)('asked %s: silence means %s when its time is up, and not before', (when, onExpiry, said) => {
    const plan = planWith({ s1: asking({ when, expiresMs: 5_000, onExpiry }) });
    const first = begun(plan);
    const { state, wakeAt } = when === 'after' ? pass(first.state, [report('s1', 'draft')]) : first;
    expect(wakeAt).toBe(until);
    expect(pass(state, [], until - 1)).toMatchObject({ said: [], wakeAt: until });
    expect(pass(state, [], until).said.slice(0, 2)).toEqual(said);
  });

  it('says that nobody decided where silence means no', () => {
    const { state } = begun(planWith({ s1: asking({ expiresMs: 5_000 }) }));
    expect(errorOf(pass(state, [], until).state).message).toBe('Nobody decided in time.');
  });

  it('says nothing where enough have spoken, however late it is looked at', () => {
    const plan = planWith({ s1: asking({ expiresMs: 5_000 }) });
    expect(pass(voted(begun(plan).state, 'u1'), [], until + 1).said).toEqual(['step-started s1']);
  });

  it('outvotes the few who spoke', () => {
    const plan = planWith({ s1: asking({ ...THREE, expiresMs: 5_000, onExpiry: 'approve' }) });
    expect(pass(voted(begun(plan).state, 'a', 'reject'), [], until).said).toEqual([
      'approval-decided s1',
      'step-started s1',
    ]);
  });
});

describe('a cancelled execution', () => {
  it.each(['before', 'after'] as const)('asks nobody any more who was asked %s', (when) => {
    const first = begun(planWith({ s1: asking({ when }) })).state;
    const asked = when === 'after' ? pass(first, [report('s1', 'draft')]).state : first;
    const { said, state } = pass(noted(asked, CANCEL));
    expect(said).toEqual(['step-cancelled s1', 'execution-finished']);
    expect(voted(state, 'u1').steps).toEqual(state.steps);
  });

  it('is cancelled although enough have agreed in the same moment', () => {
    const { state } = begun(planWith({ s1: asking() }));
    expect(pass(noted(voted(state, 'u1'), CANCEL)).said).toEqual(['step-cancelled s1', 'execution-finished']);
  });
});

describe('a loop', () => {
  it('asks anew in each round', () => {
    const workflow = compile({
      type: 'pipeline',
      agents: [
        { agent_id: 'developer', input: { source: 'initial_prompt' }, approval: { when: 'after' } },
        { agent_id: 'tester', input: { source: 'agent_result', agent_id: 'developer' } },
      ],
      config: {
        feedback: {
          from: 'tester',
          to: 'developer',
          max_iterations: 1,
          when: [{ field: 'result', operator: 'equals', value: 'bad' }],
        },
      },
    });
    if (Array.isArray(workflow)) throw new Error(JSON.stringify(workflow));
    let { state } = begun(workflow);
    ({ state } = pass(state, [report('s1', 'code')]));
    ({ state } = pass(voted(state, 'u1')));
    ({ state } = pass(state, [report('s2', 'bad')]));
    expect(stepThat(state, 's1~2', 'running').attempt).toBe(1);
    const second = pass(state, [report('s1~2', 'better code')]);
    expect(second.said).toEqual(['approval-requested s1~2']);
    // The vote of the first round is one of the first round.
    expect(pass(voted(second.state, 'u1', 'reject')).said).toEqual([]);
    expect(pass(voted(second.state, 'u1', 'approve', { step: 's1~2' })).said).toEqual([
      'step-succeeded s1~2',
      'step-started s2~2',
    ]);
  });
});

describe('a question to an agent that people watch', () => {
  const plan = planWith({ s1: { agentId: 'asked', ...asking() }, s2: { agentId: 'asker' } });
  const added: Decision = {
    kind: 'step-added',
    step: 'c1',
    added: { agentId: 'asked', askedBy: 's2', depth: 1, deadline: 60_000, question: 'Why?' },
  };
  const waiting: Decision = { kind: 'step-parked', step: 's2', attempt: 1, why: 'answer', until: 60_000 };
  const put = (more: readonly EventBody[] = []) => pass(stateAfter(plan, started('s2'), added, waiting, ...more));

  it('waits for them while its asker waits for it', () => {
    const { said, state } = put();
    expect(said).toEqual(['approval-requested c1', 'approval-requested s1']);
    expect(stepThat(state, 'c1', 'parked').approval).toMatchObject({ when: 'before' });
    expect(waitsForPeople(state)).toBe(true);
    const approved = pass(voted(state, 'u1', 'approve', { step: 'c1', edited: 'Why not?' }));
    expect(approved.said).toEqual(['step-started c1']);
    expect(inputOf(plan, state.started as never, approved.state, 'c1')).toEqual({
      texts: [{ text: 'Why not?', author: 'user' }],
    });
  });

  it('is no longer asked about when nobody awaits its answer any more', () => {
    const { state } = put();
    const { said } = pass(state, [], 60_000);
    expect(said.slice(0, 1)).toEqual(['step-cancelled c1']);
    expect(said).toContain('step-resumed s2');
  });
});

describe('waiting for people', () => {
  const plan = planWith({ s1: asking(), s2: {}, s3: { after: ['s1'] } });

  it('is what an execution does when nothing else can bring it on', () => {
    const { state } = begun(plan);
    expect(waitsForPeople(state)).toBe(false);
    const alone = pass(state, [report('s2', 'done')]).state;
    expect(waitsForPeople(alone)).toBe(true);
    expect(waitsForPeople(pass(voted(alone, 'u1')).state)).toBe(false);
  });

  it('is not what it does while it pauses before another attempt, or when it is over', () => {
    const { state } = begun(plan);
    expect(waitsForPeople(pass(state, [report('s2', '!server_error')]).state)).toBe(false);
    const over = pass(noted(state, CANCEL)).state;
    expect(waitsForPeople(over)).toBe(false);
    expect(waitsForPeople(stateAfter(planWith({ s1: {} }), started('s1'), succeeded('s1')))).toBe(false);
    expect(waitsForPeople(stateAfter(planWith({ s1: {} }), question('c1', 's1')))).toBe(false);
  });
});

it('says the same whoever asks, and whenever', () => {
  const { state } = begun(planWith({ s1: asking(THREE), s2: asking(AFTER) }));
  const heard = voted(voted(state, 'a'), 'b');
  expect(due(heard, NOW, 0.5)).toEqual(due(heard, NOW, 0.1));
  const { events } = pass(heard);
  expect(foldAll(events, heard)).toEqual(pass(heard).state);
});
