import { CORE, type Core } from '../advance.js';
import { type Due, due } from '../due.js';
import type { Decision, EventBody, StepReport, ToolUse, Vote } from '../events.js';
import { fold, receive } from '../fold.js';
import type { Approval, FailurePolicy, Plan } from '../plan.js';
import { factsOf, type State, type Step } from '../state.js';
import { takeTurn } from '../take-turn.js';

/** Each is a mistake somebody could make; the laws are worth something only if they see every one of them. */
export const FAULTS: Readonly<Record<string, Core>> = {
  'late cost lost': {
    ...CORE,
    fold: (state, event) => (event.body.kind === 'cost-recorded' ? { ...state, seq: event.seq } : fold(state, event)),
  },
  'an interrupted step never restarted': silent(({ kind }) => kind === 'step-resumed'),
  'a takeover not noticed': silent(({ kind }) => kind === 'step-interrupted'),
  'a step never skipped': silent(({ kind }) => kind === 'step-skipped'),
  'a retry never begun': silent((one) => one.kind === 'step-started' && one.attempt > 1),
  'a result of an earlier round accepted': mistaking((state, report) => {
    const node = state.steps[report.step]?.node;
    const round = node ? (state.rounds[node] ?? 1) : 1;
    return round > 1 ? { ...report, step: `${node}~${round}` } : report;
  }),
  'a result of an earlier attempt accepted': mistaking((state, report) => {
    const step = state.steps[report.step];
    return step?.is === 'running' ? { ...report, attempt: step.attempt } : report;
  }),
  'conditions never asked': saying((said, state) =>
    said.decisions.map((one) =>
      one.kind === 'step-skipped' && one.reason === 'condition' ? start(state, one.step) : one,
    ),
  ),
  'joins never waited for': adding((state) => {
    const waiting = stepsThat(state, 'waiting').find(({ node }) => node !== null);
    return waiting ? [start(state, waiting.id)] : [];
  }),
  'the width ignored': seeing((state) => withPlan(state, { width: 99 })),
  'the width ignored by those that wake': saying((said, state, now) => {
    const { decisions } = due(withPlan(state, { width: 99 }), now, 0.5);
    return decisions.every(({ kind }) => kind === 'step-resumed') ? decisions : said.decisions;
  }),
  'the end declared while a step runs': adding((state) =>
    stepsThat(state, 'succeeded').length < 2 ? [] : [{ kind: 'execution-finished', status: 'completed', error: null }],
  ),
  'a settled step opened again': {
    ...CORE,
    fold: (state, event) => {
      const next = fold(state, event);
      if (event.body.kind !== 'execution-taken') return next;
      return withSteps(next, ({ id, node, round, agentId, feedbackFrom, added, is }) =>
        is === 'failed' ? { id, node, round, agentId, feedbackFrom, added, is: 'waiting' } : null,
      );
    },
  },
  'a cancel not heeded': seeing((state) => ({ ...state, cancelling: false })),
  'a cancel that nobody asked for': adding((state) =>
    stepsThat(state, 'running').map(({ id }): Decision => ({ kind: 'step-cancelled', step: id })),
  ),
  'a lost run goes on': seeing((state) => withPlan(state, { onFailure: 'finish-others' })),

  'what is parked counts against the width': seeing((state) => {
    const parked = stepsThat(state, 'parked').length;
    return withPlan(state, { width: (state.started?.plan.width ?? 1) - parked });
  }),
  'a pause cut short': {
    ...CORE,
    due: (state, now, jitter) => ({ ...due(state, now + 700, jitter), wakeAt: due(state, now, jitter).wakeAt }),
  },
  'an asker woken before its answers': adding((state) =>
    stepsThat(state, 'parked').flatMap((step): readonly Decision[] =>
      step.why === 'answer' ? [{ kind: 'step-resumed', step: step.id, attempt: step.attempt, epoch: state.epoch }] : [],
    ),
  ),
  'an asker not woken by its answers': silent((one, state, now) => {
    const step = one.kind === 'step-resumed' ? state.steps[one.step] : undefined;
    return step?.is === 'parked' && step.why === 'answer' && (step.until ?? now) > now;
  }),
  'an answer awaited for ever': seeing((state) =>
    withSteps(state, (step) => {
      const added = step.added && { ...step.added, deadline: Number.MAX_SAFE_INTEGER };
      return step.is === 'parked' && step.why === 'answer' ? { ...step, added, until: null } : { ...step, added };
    }),
  ),
  'a deadline that keeps its place in the width': seeing((state) =>
    withSteps(state, (step) =>
      step.is === 'running' && step.added
        ? { ...step, added: { ...step.added, deadline: Number.MAX_SAFE_INTEGER } }
        : null,
    ),
  ),
  'a question never put': silent((one, state) => one.kind === 'step-started' && isQuestion(state, one.step)),
  'a question that outlives its asker': silent(
    (one, state) => one.kind === 'step-cancelled' && !state.cancelling && isQuestion(state, one.step),
  ),
  'a question dropped while its asker waits': adding((state) =>
    stepsThat(state, 'running').flatMap(({ id, added }): readonly Decision[] =>
      added ? [{ kind: 'step-cancelled', step: id }] : [],
    ),
  ),
  'new work before questions': saying((said, state, now) => {
    if (!said.decisions.every((one) => one.kind === 'step-started' && isQuestion(state, one.step)))
      return said.decisions;
    const isAsked = ({ is, added }: Step): boolean => is === 'waiting' && added !== null;
    const asked = Object.values(state.steps).filter(isAsked);
    const roomy = withPlan(state, { width: (state.started?.plan.width ?? 0) + asked.length });
    const { decisions } = due(
      withSteps(roomy, (step) => (isAsked(step) ? begun(step, state) : null)),
      now,
      0.5,
    );
    return decisions.some(({ kind }) => kind === 'step-started') ? decisions : said.decisions;
  }),
  'interruptions forgotten in a pause': {
    ...CORE,
    fold: (state, event) =>
      withSteps(fold(state, event), (step) => (step.is === 'parked' ? { ...step, interruptions: 0 } : null)),
  },

  'a turn recorded twice': {
    ...CORE,
    awaitsTurn: ({ steps }, { step }) => steps[step]?.is === 'running',
  },
  'what a turn cost forgotten': taking((body) => (body.kind === 'turn-recorded' ? { ...body, usage: null } : body)),
  'agents that ask one another in a circle': taking((body, state) =>
    body.kind === 'tool-failed' && body.error.code === 'ask.cycle' ? circling(body, state) : body,
  ),
  'an update that does not happen': taking((body) => (body.kind === 'context-changed' ? null : body)),
  'an update in spite of a refusal': taking((body) =>
    body.kind === 'tool-failed' && body.error.code === 'context.changed'
      ? { ...body, kind: 'tool-completed', output: null }
      : body,
  ),
  'a later update in place of the sum': {
    ...CORE,
    fold: (state, event) =>
      event.body.kind === 'context-changed' && event.body.reducer === 'sum'
        ? fold(state, { ...event, body: { ...event.body, reducer: 'replace' } })
        : fold(state, event),
  },
  'a version given twice': taking((body) =>
    body.kind === 'context-changed' ? { ...body, version: body.version - 1 } : body,
  ),
  'a call without a result': taking((body) =>
    body.kind === 'tool-completed' && body.name === 'context_get' ? null : body,
  ),
  'an answer that does not reach its call': silent(({ kind }) => kind === 'tool-completed' || kind === 'message-sent'),
  'an answer given twice': saying(({ decisions }) =>
    decisions.flatMap((one): readonly Decision[] => (one.kind === 'tool-completed' ? [one, one] : [one])),
  ),

  'a step that begins without its people': saying(({ decisions }, state) =>
    decisions.map((one) => (one.kind === 'approval-requested' && one.when === 'before' ? start(state, one.step) : one)),
  ),
  'a result that goes past its people': saying(({ decisions }) =>
    decisions.map((one) => {
      if (one.kind !== 'approval-requested' || one.output === null) return one;
      const { step, attempt, epoch, output, usage } = one;
      return { kind: 'step-succeeded', step, attempt, epoch, output, usage };
    }),
  ),
  'one vote where two are needed': seeing((state) => withApprovals(state, { quorum: 1 })),
  'a person counted twice': {
    ...CORE,
    due: (state, now, jitter) =>
      due(
        withVotes(state, (votes) => [...votes, ...votes]),
        now,
        jitter,
      ),
  },
  'silence taken for consent': seeing((state) => withApprovals(state, { onExpiry: 'approve' })),
  'an approval that never ends': seeing((state) =>
    withSteps(state, (step) => (step.is === 'parked' && step.approval ? { ...step, until: null } : null)),
  ),
  'a refusal not heeded': seeing((state) =>
    withVotes(state, (votes) => votes.filter(({ by, decision }) => by === null || decision === 'approve')),
  ),
  'what people wrote instead forgotten': seeing((state) =>
    withVotes(state, (votes) => votes.map((vote) => ({ ...vote, edited: null }))),
  ),

  'no wake beside a running step': waking(({ wakeAt }, state) =>
    stepsThat(state, 'running').length > 0 ? null : wakeAt,
  ),
  'no wake for a deadline': waking((_, state, now) => due(withoutQuestions(state), now, 0.5).wakeAt),
  'a wake that is past hides those to come': waking(({ wakeAt }, state) => {
    const times = stepsThat(state, 'parked').flatMap(({ until }) => until ?? []);
    return wakeAt === null ? null : Math.min(wakeAt, ...times);
  }),
};

/** Records something else of a turn than what was decided; null: nothing. */
function taking(change: (body: EventBody, state: State) => EventBody | null): Core {
  return {
    ...CORE,
    takeTurn: (posted, now, state, append) =>
      takeTurn(posted, now, state, (body) => {
        const changed = change(body, state());
        if (changed) append(changed);
      }),
  };
}

/** The question that was refused is put all the same. */
function circling({ step, turnNo, place }: ToolUse, state: State): EventBody | null {
  const asker = state.steps[step];
  const turn = asker?.turns?.[turnNo - 1]?.turn;
  const named = state.started?.plan.nodes.find(({ agentId }) => JSON.stringify(turn?.calls[place]).includes(agentId));
  if (!asker || !named) return null;
  const depth = (asker.added?.depth ?? 0) + 1;
  const number = Object.values(state.steps).filter(({ added }) => added !== null).length + 1;
  const added = { agentId: named.agentId, askedBy: step, depth, deadline: state.lastAt + 60_000, question: 'Why?' };
  return { kind: 'step-added', step: `c${number}`, added: { ...added, call: { turnNo, place } } };
}

type Said = (said: Due, state: State, now: number) => readonly Decision[];

/** Says something else than is due. */
function saying(change: Said): Core {
  return {
    ...CORE,
    due: (state, now, jitter) => {
      const said = due(state, now, jitter);
      return { ...said, decisions: state.phase === 'open' ? change(said, state, now) : [] };
    },
  };
}

function silent(about: (one: Decision, state: State, now: number) => boolean): Core {
  return saying(({ decisions }, state, now) => decisions.filter((one) => !about(one, state, now)));
}

/** Says something where nothing is due. */
function adding(more: (state: State) => readonly Decision[]): Core {
  return saying(({ decisions }, state) => (decisions.length > 0 ? decisions : more(state)));
}

function waking(wakeAt: (said: Due, state: State, now: number) => number | null): Core {
  return {
    ...CORE,
    due: (state, now, jitter) => {
      const said = due(state, now, jitter);
      return { ...said, wakeAt: wakeAt(said, state, now) };
    },
  };
}

/** Decides from something else than the state. */
function seeing(change: (state: State) => State): Core {
  return { ...CORE, due: (state, now, jitter) => due(change(state), now, jitter) };
}

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

function start(state: State, step: string): Decision {
  return { kind: 'step-started', step, attempt: 1, epoch: state.epoch };
}

function stepsThat<I extends Step['is']>(state: State, is: I): readonly Extract<Step, { is: I }>[] {
  return Object.values(state.steps).filter((step): step is Extract<Step, { is: I }> => step.is === is);
}

function begun(step: Step, { epoch }: State): Step {
  const performed = { performed: true, report: null, attempt: 1, epoch, interruptions: 0, startedAt: 0 };
  return { ...factsOf(step), ...performed, is: 'running' };
}

function isQuestion(state: State, step: string): boolean {
  return Boolean(state.steps[step]?.added);
}

function withPlan(state: State, change: { readonly width?: number; readonly onFailure?: FailurePolicy }): State {
  if (!state.started) return state;
  const plan: Plan = { ...state.started.plan, ...change };
  return { ...state, started: { ...state.started, plan } };
}

/** `change` gives null for what stays as it is. */
function withSteps(state: State, change: (step: Step) => Step | null): State {
  const steps = Object.values(state.steps).map((step) => [step.id, change(step) ?? step] as const);
  return { ...state, steps: Object.fromEntries(steps) };
}

function withApprovals(state: State, change: Partial<Approval>): State {
  if (!state.started) return state;
  const nodes = state.started.plan.nodes.map((node) =>
    node.approval ? { ...node, approval: { ...node.approval, ...change } } : node,
  );
  return { ...state, started: { ...state.started, plan: { ...state.started.plan, nodes } } };
}

function withVotes(state: State, change: (votes: readonly Vote[]) => readonly Vote[]): State {
  return withSteps(state, (step) => {
    if (step.is !== 'parked' || !step.approval) return null;
    return { ...step, approval: { ...step.approval, votes: change(step.approval.votes) } };
  });
}

function withoutQuestions(state: State): State {
  const steps = Object.entries(state.steps).filter(([, { added }]) => added === null);
  return { ...state, steps: Object.fromEntries(steps) };
}
