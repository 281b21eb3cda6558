import { holds } from '../conditions.js';
import type { EventBody, JournalEvent } from '../events.js';
import type { Plan } from '../plan.js';
import { referenceOf, scopeOf } from '../scope.js';
import { chargeKey, isSettled, type State, type Step } from '../state.js';
import { currentStep, isDoomed } from '../verdict.js';
import { approvalLaws, editOf } from './approval-laws.js';
import { conversationLaws } from './conversation-laws.js';
import { interruptions, isAwaited, isWoken, restLaws } from './parking-laws.js';
import { history, type Told } from './told.js';
import type { World } from './world.js';

/** Every law that the journal breaks, in words; none: it is sound. Reads it with the true fold, whatever wrote it. */
export function brokenLaws(world: World, plan: Plan): readonly string[] {
  const { journal } = world;
  const told = history(journal);
  return [
    ...numbering(journal),
    ...oneEnd(told),
    ...attempts(journal),
    ...told.flatMap((one) => order(one, plan)),
    ...told.flatMap((one) => cancels(one, plan)),
    ...told.flatMap((one) => goingBack(one, plan)),
    ...told.flatMap(answers),
    ...told.flatMap((one) => approvalLaws(one, plan)),
    ...conversationLaws(world, told, plan),
    ...money(world),
    ...interruptions(told),
    ...world.rests.flatMap((rest) => restLaws(rest, told[rest.seq - 1]?.after, plan)),
  ];
}

function numbering(journal: readonly JournalEvent[]): readonly string[] {
  const gaps = journal.some(({ seq }, index) => seq !== index + 1);
  const open = journal.flatMap(({ publicSeq }) => publicSeq ?? []);
  const publicGaps = open.some((number, index) => number !== index + 1);
  return [...(gaps ? ['sequence numbers have a gap'] : []), ...(publicGaps ? ['public numbers have a gap'] : [])];
}

function oneEnd(told: readonly Told[]): readonly string[] {
  const end = told.findIndex(({ event }) => event.body.kind === 'execution-finished');
  const last = told[end];
  if (last?.event.body.kind !== 'execution-finished') return ['the execution has no end'];
  const after = told.slice(end + 1).filter(({ event }) => event.body.kind !== 'cost-recorded');
  const left = Object.values(told.at(-1)?.after.steps ?? {}).filter((step) => !isSettled(step));
  const misnamed = (last.event.body.status === 'cancelled') !== last.before.cancelling;
  return [
    ...after.map(({ event }) => `${event.body.kind} after the end`),
    ...left.map(({ id, is }) => `${id} is ${is} at the end`),
    ...(misnamed ? [`the end is called ${last.event.body.status}`] : []),
  ];
}

/** An answer is told after the step that gave it; costs and votes may come when they no longer matter. */
const MAY_FOLLOW: readonly EventBody['kind'][] = ['message-sent', 'cost-recorded', 'approval-decided'];
const ENDS: readonly EventBody['kind'][] = [
  ...(['step-succeeded', 'step-failed', 'step-skipped', 'step-cancelled', 'step-adopted'] as const),
];

function attempts(journal: readonly JournalEvent[]): readonly string[] {
  const broken: string[] = [];
  const begun = new Map<string, number>();
  const ended = new Set<string>();
  for (const { body } of journal) {
    if (!('step' in body) || MAY_FOLLOW.includes(body.kind)) continue;
    if (ended.has(body.step)) broken.push(`${body.kind} of ${body.step} after its end`);
    if (ENDS.includes(body.kind)) ended.add(body.step);
    if (body.kind !== 'step-started') continue;
    if (body.attempt !== (begun.get(body.step) ?? 0) + 1)
      broken.push(`${body.step} began attempt ${body.attempt} out of turn`);
    begun.set(body.step, body.attempt);
  }
  return broken;
}

/** Nothing begins before its time, beyond the width, or against its conditions; nothing is skipped that could run. */
function order({ event: { body, at }, before }: Told, plan: Plan): readonly string[] {
  if (body.kind !== 'step-started' && body.kind !== 'step-resumed' && body.kind !== 'step-skipped') return [];
  const step = before.steps[body.step];
  if (!step) return [`${body.step} is no step`];
  if (body.kind === 'step-skipped') return wronglySkipped(body.reason, step, before, plan);
  const running = Object.values(before.steps).filter(({ is }) => is === 'running').length;
  const crowded = step.is !== 'running' && running >= plan.width;
  return [
    ...(crowded ? [`${body.step} began beyond the width`] : []),
    ...(step.is === 'parked' && !isWoken(step, before, at) ? [`${body.step} woke before its time`] : []),
    ...(step.is === 'waiting' ? wronglyBegun(step, before, plan, at) : []),
  ];
}

function wronglyBegun(step: Step, state: State, plan: Plan, at: number): readonly string[] {
  if (step.added !== null)
    return isAwaited(step.added, state, at) ? [] : [`${step.id} began though nobody waits for it`];
  return [
    ...(isReady(step, state, plan) ? [] : [`${step.id} began before its needs were settled`]),
    ...(isWilling(step, state, plan) ? [] : [`${step.id} began against its conditions`]),
    ...(isDoomed(plan, state) ? [`${step.id} began though the run was lost`] : []),
    ...(hasOpenQuestions(state) ? [`${step.id} began before questions that somebody waits for`] : []),
  ];
}

function hasOpenQuestions(state: State): boolean {
  return Object.values(state.steps).some(({ is, added }) => is === 'waiting' && added !== null);
}

function wronglySkipped(reason: string, step: Step, state: State, plan: Plan): readonly string[] {
  const wrong =
    (reason === 'condition' && (isWilling(step, state, plan) || !isReady(step, state, plan))) ||
    (reason === 'stopped' && !isDoomed(plan, state));
  return wrong ? [`${step.id} was skipped for no reason`] : [];
}

function isReady(step: Step, state: State, plan: Plan): boolean {
  const sources = plan.nodes.find(({ id }) => id === step.node)?.after ?? [];
  return sources.map((id) => currentStep(state, id)).every((source) => source !== undefined && isSettled(source));
}

function isWilling(step: Step, state: State, plan: Plan): boolean {
  const node = plan.nodes.find(({ id }) => id === step.node);
  if (!node || !state.started) return false;
  return holds(node.conditions, scopeOf(plan, state.started, state), referenceOf(node, state));
}

function cancels({ event: { body, at }, before }: Told, plan: Plan): readonly string[] {
  const step = body.kind === 'step-cancelled' ? before.steps[body.step] : undefined;
  if (!step || before.cancelling || (plan.onFailure === 'fail-fast' && isDoomed(plan, before))) return [];
  return step.added === null || isAwaited(step.added, before, at) ? [`${step.id} was cancelled for no reason`] : [];
}

/** A loop goes back round by round, and not once more than it may. */
function goingBack({ event: { body }, before }: Told, plan: Plan): readonly string[] {
  if (body.kind !== 'loop-back') return [];
  const gone = before.loops[body.loop] ?? 0;
  const maxRounds = plan.loops.find(({ id }) => id === body.loop)?.maxRounds ?? 0;
  return body.round === gone + 2 && gone < maxRounds
    ? []
    : [`${body.loop} went back to round ${body.round} out of turn`];
}

/** A step succeeds only with what that very step and attempt answered, or with what people made of it. */
function answers({ event: { body }, before }: Told): readonly string[] {
  if (body.kind !== 'step-succeeded') return [];
  const answer = editOf(before.steps[body.step]) ?? `${body.step}.${body.attempt}`;
  return body.output.result === answer ? [] : [`${body.step} was given the answer of ${body.output.result}`];
}

/** What was delivered is counted, once for each performance, however late it came. */
function money({ journal, delivered, state }: World): readonly string[] {
  const { charges } = state;
  const recorded = new Map<string, number>();
  for (const { body } of journal) {
    if (body.kind === 'step-reported') recorded.set(chargeKey(body.report), body.report.outcome.usage?.costMicros ?? 0);
    else if ('usage' in body && body.usage) recorded.set(chargeKey(body), body.usage.costMicros);
  }
  return [...delivered].flatMap(([key, cost]) =>
    recorded.get(key) === cost && charges[key]?.costMicros === cost ? [] : [`the cost of ${key} was lost`],
  );
}
