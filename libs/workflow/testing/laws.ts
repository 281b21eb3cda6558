import { holds } from '../conditions.js';
import type { EventBody, JournalEvent } from '../events.js';
import { foldAll } from '../fold.js';
import type { Plan } from '../plan.js';
import { referenceOf, scopeOf } from '../scope.js';
import { isSettled } from '../state.js';
import type { World } from './world.js';

/** Every law that the journal breaks, in words; none: it is sound. Reads the raw events, not only their fold. */
export function brokenLaws(world: World, plan: Plan): readonly string[] {
  const { journal } = world;
  return [
    ...numbering(journal),
    ...oneEnd(journal),
    ...attempts(journal),
    ...order(journal, plan),
    ...answers(journal),
    ...money(world),
    ...world.wakeFaults,
  ];
}

function numbering(journal: readonly JournalEvent[]): readonly string[] {
  const gaps = journal.some(({ seq }, index) => seq !== index + 1);
  const open = journal.flatMap(({ publicSeq }) => publicSeq ?? []);
  const publicGaps = open.some((number, index) => number !== index + 1);
  return [...(gaps ? ['sequence numbers have a gap'] : []), ...(publicGaps ? ['public numbers have a gap'] : [])];
}

function oneEnd(journal: readonly JournalEvent[]): readonly string[] {
  const end = journal.findIndex(({ body }) => body.kind === 'execution-finished');
  if (end === -1) return ['the execution has no end'];
  const after = journal.slice(end + 1).filter(({ body }) => body.kind !== 'cost-recorded');
  const left = Object.values(foldAll(journal).steps).filter((step) => !isSettled(step));
  return [
    ...after.map(({ body }) => `${body.kind} after the end`),
    ...left.map(({ id, is }) => `${id} is ${is} at the end`),
  ];
}

const ENDS: readonly EventBody['kind'][] = ['step-succeeded', 'step-failed', 'step-skipped', 'step-cancelled'];

function attempts(journal: readonly JournalEvent[]): readonly string[] {
  const broken: string[] = [];
  const begun = new Map<string, number>();
  const ended = new Set<string>();
  for (const { body } of journal) {
    if (!('step' in body) || body.kind === 'cost-recorded') continue;
    if (ended.has(body.step)) broken.push(`${body.kind} of ${body.step} after its end`);
    if (ENDS.includes(body.kind)) ended.add(body.step);
    if (body.kind !== 'step-started') continue;
    if (body.attempt !== (begun.get(body.step) ?? 0) + 1)
      broken.push(`${body.step} began attempt ${body.attempt} out of turn`);
    begun.set(body.step, body.attempt);
  }
  return broken;
}

/** Nothing begins before its needs are settled, beyond the width, or against its conditions; nothing is skipped that could run. */
function order(journal: readonly JournalEvent[], plan: Plan): readonly string[] {
  const broken: string[] = [];
  for (const [index, { body }] of journal.entries()) {
    if (body.kind !== 'step-started' && body.kind !== 'step-skipped') continue;
    const before = foldAll(journal.slice(0, index));
    const step = before.steps[body.step];
    const node = plan.nodes.find(({ id }) => id === step?.node);
    if (!step || !node || !before.started) {
      broken.push(`${body.step} is no step of the plan`);
      continue;
    }
    const sources = node.after.map(
      (id) => before.steps[(before.rounds[id] ?? 1) === 1 ? id : `${id}~${before.rounds[id]}`],
    );
    const ready = sources.every((source) => source && isSettled(source));
    const willing = holds(node.conditions, scopeOf(plan, before.started, before), referenceOf(node, before));
    const running = Object.values(before.steps).filter(({ is }) => is === 'running').length;
    if (body.kind === 'step-skipped') {
      if (body.reason === 'condition' && (willing || !ready))
        broken.push(`${body.step} was skipped against its conditions`);
      if (body.reason === 'stopped' && !Object.values(before.steps).some(({ is }) => is === 'failed')) {
        broken.push(`${body.step} was stopped by nothing`);
      }
      continue;
    }
    if (running >= plan.width) broken.push(`${body.step} began beyond the width`);
    if (body.attempt === 1 && !ready) broken.push(`${body.step} began before its needs were settled`);
    if (body.attempt === 1 && !willing) broken.push(`${body.step} began against its conditions`);
  }
  return broken;
}

/** A step succeeds only with what that very step and attempt answered. */
function answers(journal: readonly JournalEvent[]): readonly string[] {
  return journal.flatMap(({ body }) =>
    body.kind === 'step-succeeded' && body.output.result !== `${body.step}.${body.attempt}`
      ? [`${body.step} was given the answer of ${body.output.result}`]
      : [],
  );
}

/** What was delivered is counted, once for each performance, however late it came. */
function money({ journal, delivered, state }: World): readonly string[] {
  const { charges } = state;
  const recorded = new Map<string, number>();
  for (const { body } of journal) {
    if (body.kind === 'step-reported') recorded.set(keyOf(body.report), body.report.outcome.usage?.costMicros ?? 0);
    else if ('usage' in body && body.usage) recorded.set(keyOf(body), body.usage.costMicros);
  }
  return [...delivered].flatMap(([key, cost]) =>
    recorded.get(key) === cost && charges[key]?.costMicros === cost ? [] : [`the cost of ${key} was lost`],
  );
}

function keyOf({ step, attempt, epoch }: { step: string; attempt: number; epoch: number }): string {
  return `${step}.${attempt}.${epoch}`;
}
