import { isDeepStrictEqual } from 'node:util';
import type { FinalStatus, JournalEvent, StepId } from '#libs/workflow/index.js';
import { broken, doubled, type Flaw, lost } from '../findings.js';

/** How a run ended, what its steps gave and what they wrote, to be compared with what others took over of it. */
export interface Ended {
  readonly status: FinalStatus | null;
  readonly results: ReadonlyMap<StepId, unknown>;
  /** As texts. */
  readonly written: ReadonlyMap<StepId, readonly string[]>;
}

export function endedAs(events: readonly JournalEvent[]): Ended {
  const results = new Map<StepId, unknown>();
  const written = new Map<StepId, string[]>();
  let status: FinalStatus | null = null;
  for (const { body } of events) {
    if (body.kind === 'step-succeeded') results.set(body.step, { ok: true, output: body.output });
    if (body.kind === 'step-failed') results.set(body.step, { ok: false, error: body.error });
    if (body.kind === 'step-adopted') results.set(body.step, body.result);
    if (body.kind === 'context-changed')
      written.set(body.step, [...(written.get(body.step) ?? []), `${body.name} ${JSON.stringify(body.value)}`]);
    if (body.kind === 'execution-finished') ({ status } = body);
  }
  return { status, results, written };
}

/** A child has all it took over as it was, runs none of it, and a replay runs nothing. */
export function judgeChild(
  events: readonly JournalEvent[],
  runOf: (executionId: string) => Ended | undefined,
): readonly Flaw[] {
  const [first] = events;
  if (first?.body.kind !== 'execution-started' || !first.body.parent) return [];
  const { executionId, how } = first.body.parent;
  const parent = runOf(executionId);
  if (!parent) return [broken(`is a ${how} of ${executionId}, which is not there.`)];

  const flaws: Flaw[] = [];
  const adopted = new Set<StepId>();
  for (const { body } of events) {
    if (body.kind === 'step-adopted') {
      adopted.add(body.step);
      const origin = runOf(body.from.executionId)?.results.get(body.from.step);
      if (!isDeepStrictEqual(origin, body.result)) flaws.push(lost(`has taken over ${body.step} other than it was.`));
    }
    if (body.kind === 'step-started' && adopted.has(body.step)) flaws.push(doubled(`runs ${body.step} again.`));
    if (body.kind === 'step-started' && how === 'replay') flaws.push(doubled(`runs ${body.step}, a replay.`));
  }
  const { status, written } = endedAs(events);
  for (const step of adopted) {
    const missing = without(parent.written.get(step) ?? [], written.get(step) ?? []);
    if (missing.length > 0) flaws.push(lost(`has not taken over what ${step} wrote: ${missing.join(', ')}.`));
  }
  if (how === 'replay' && status !== parent.status) {
    flaws.push(broken(`is a replay of what ended as ${parent.status}, and ended as ${status}.`));
  }
  return flaws;
}

/** What is left of a list when each of the others has taken one away. */
function without(list: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...list];
  for (const other of others) {
    const place = left.indexOf(other);
    if (place >= 0) left.splice(place, 1);
  }
  return left;
}
