import { isDeepStrictEqual } from 'node:util';
import type { JournalEvent } from '../events.js';
import { foldAll } from '../fold.js';
import type { Again } from '../keep.js';
import type { Plan } from '../plan.js';
import { agentResults, finalResult } from '../result.js';
import { isSettled, type State, type Step } from '../state.js';
import { currentStep } from '../verdict.js';
import { history, type Told } from './told.js';

/** Every law of repair that a child breaks, in words, besides those that hold for every journal. */
export function brokenRepairLaws(
  parent: readonly JournalEvent[],
  child: readonly JournalEvent[],
  plan: Plan,
  again: Again,
): readonly string[] {
  const recorded = foldAll(parent);
  const told = history(child);
  return [
    ...told.flatMap((one) => adoption(one, recorded, plan, again)),
    ...leftBehind(parent, child, recorded, again),
    ...(again === null ? replay(recorded, foldAll(child), plan, child) : []),
  ];
}

/** What is adopted was recorded so, is wanted, stands behind what it rests on, and takes effect. */
function adoption({ event: { body }, before, after }: Told, recorded: State, plan: Plan, again: Again) {
  if (body.kind !== 'step-adopted') return [];
  const { step: id, result } = body;
  const there = recorded.steps[id];
  const node = plan.nodes.find((one) => one.id === there?.node);
  const sources = (node?.after ?? []).map((one) => currentStep(before, one));
  const isReady = sources.every((source) => source && isSettled(source) && isAsRecorded(source, recorded));
  return [
    ...(there && isDeepStrictEqual(resultOf(there), result) ? [] : [`${id} was adopted otherwise than recorded`]),
    ...(again?.has(id) ? [`${id} was adopted though it is to be run again`] : []),
    ...(again !== null && !result.ok ? [`the failure of ${id} was adopted`] : []),
    ...(isReady ? [] : [`${id} was adopted without what it rests on`]),
    ...(before.steps[id]?.is === 'waiting' && after.steps[id]?.from ? [] : [`${id} was adopted in vain`]),
  ];
}

function isAsRecorded({ id, is }: Step, recorded: State): boolean {
  return recorded.steps[id]?.is === is;
}

function resultOf(step: Step): object | null {
  if (step.is === 'succeeded') return { ok: true, output: step.output };
  return step.is === 'failed' ? { ok: false, error: step.error } : null;
}

/** A success is adopted if everything that had settled before it began still holds. */
function leftBehind(
  parent: readonly JournalEvent[],
  child: readonly JournalEvent[],
  recorded: State,
  again: Again,
): readonly string[] {
  const adopted = new Set(child.flatMap(({ body }) => (body.kind === 'step-adopted' ? [body.step] : [])));
  const begun = new Set<string>();
  const lost: string[] = [];
  let allHeld = true;
  for (const { body } of parent) {
    if (!('step' in body) || recorded.steps[body.step]?.node == null) continue;
    if (body.kind === 'step-started' && allHeld && !again?.has(body.step)) begun.add(body.step);
    if (body.kind === 'step-succeeded' && begun.has(body.step) && !adopted.has(body.step)) {
      lost.push(`the success of ${body.step} was left behind`);
    }
    const isBad = body.kind === 'step-failed' || body.kind === 'step-cancelled' || body.kind === 'step-skipped';
    if (isBad || (body.kind === 'step-succeeded' && !adopted.has(body.step))) allHeld = false;
  }
  return lost;
}

/** A replay runs nothing and ends as its parent did. */
function replay(parent: State, child: State, plan: Plan, journal: readonly JournalEvent[]): readonly string[] {
  const begun = journal.flatMap(({ body }) => (body.kind === 'step-started' ? [body.step] : []));
  const seen = (state: State) => ({
    ...{ status: state.status, error: state.error, variables: state.variables, version: state.contextVersion },
    final: finalResult(plan, state),
    results: agentResults(plan, state),
    ends: plan.nodes.map(({ id }) => currentStep(state, id)?.is),
  });
  return [
    ...begun.map((step) => `${step} was run in a replay`),
    ...(isDeepStrictEqual(seen(child), seen(parent)) ? [] : ['a replay ends otherwise']),
  ];
}
