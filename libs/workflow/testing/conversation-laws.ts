import type { Json } from '#libs/kernel/index.js';
import type { EventBody, JournalEvent } from '../events.js';
import type { Plan } from '../plan.js';
import { isSettled, type Step } from '../state.js';
import type { Told } from './told.js';
import type { World } from './world.js';

/** Laws of turns, tools, variables, messages and questions. */
export function conversationLaws(world: World, told: readonly Told[], plan: Plan): readonly string[] {
  return [
    ...told.flatMap(turns),
    ...results(world.journal),
    ...told.flatMap(resumptions),
    ...told.flatMap(circles),
    ...numbering(told),
    ...context(world, plan),
  ];
}

/** Turns are recorded in their order, by whoever performs the step, once. */
function turns({ event: { body }, before }: Told): readonly string[] {
  if (body.kind !== 'turn-recorded') return [];
  const step = before.steps[body.step];
  const isHis = step?.is === 'running' && step.attempt === body.attempt && step.epoch === body.epoch;
  return [
    ...(isHis ? [] : [`turn ${body.turnNo} of ${body.step} came from somebody who does not perform it`]),
    ...(body.turnNo === (step?.turns ?? []).length + 1 ? [] : [`turn ${body.turnNo} of ${body.step} is out of turn`]),
  ];
}

type Told2<K extends EventBody['kind']> = Extract<EventBody, { kind: K }>;

function isResult(body: EventBody): body is Told2<'tool-completed'> | Told2<'tool-failed'> {
  return body.kind === 'tool-completed' || body.kind === 'tool-failed';
}

function results(journal: readonly JournalEvent[]): readonly string[] {
  const seen = new Set<string>();
  return journal.flatMap(({ body }) => {
    if (!isResult(body)) return [];
    const call = `${body.step}.${body.turnNo}.${body.place}`;
    const twice = seen.has(call);
    seen.add(call);
    return twice ? [`call ${call} has two results`] : [];
  });
}

/** Nobody goes on, or answers, before each of his calls has its result. */
function resumptions({ event: { body }, before }: Told): readonly string[] {
  if (body.kind !== 'step-resumed' && body.kind !== 'step-succeeded') return [];
  const step = before.steps[body.step];
  return step && openCalls(step) > 0 ? [`${step.id} went on without the results of its calls`] : [];
}

export function openCalls({ turns = [] }: Step): number {
  return turns.flatMap((turn) => turn.results).filter((result) => result === null).length;
}

/** Agents never wait for one another in a circle. */
function circles({ event: { body }, after }: Told): readonly string[] {
  if (body.kind !== 'step-added') return [];
  const waits = new Map<string, Set<string>>();
  for (const step of Object.values(after.steps)) {
    const asker = step.added && !isSettled(step) ? after.steps[step.added.askedBy]?.agentId : undefined;
    if (asker !== undefined) waits.set(asker, (waits.get(asker) ?? new Set()).add(step.agentId));
  }
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    [...(waits.get(from) ?? [])].some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      return reaches(next, to, seen.add(next));
    });
  const asked = body.added.agentId;
  return reaches(asked, asked, new Set()) ? [`${asked} waits for itself`] : [];
}

function numbering(told: readonly Told[]): readonly string[] {
  let messages = 0;
  const requests = new Set<string>();
  return told.flatMap(({ event: { body }, before }) => {
    if (body.kind === 'context-changed' && body.version !== before.contextVersion + 1)
      return [`version ${body.version} of the context follows ${before.contextVersion}`];
    if (body.kind !== 'message-sent') return [];
    if (body.type === 'request') requests.add(body.id);
    return [
      ...(body.id === `m${++messages}` ? [] : [`${body.id} is message ${messages}`]),
      ...(body.answers === undefined || requests.delete(body.answers) ? [] : [`${body.id} answers nothing`]),
    ];
  });
}

/** Every update that was answered with success is there at the end, and none that was not. */
function context({ journal, state }: World, plan: Plan): readonly string[] {
  const written = updates(journal);
  const numbers = (name: string): readonly number[] => (written.get(name) ?? []).map(Number);
  const total = plan.context?.total?.initial === 100 ? 100 : 0;
  const wanted: Readonly<Record<string, Json | undefined>> = {
    total: numbers('total').reduce((sum, one) => sum + one, total),
    list: written.get('list'),
    top: numbers('top').length === 0 ? undefined : Math.max(...numbers('top')),
    free: written.get('free')?.at(-1),
    box: Object.assign({}, ...(written.get('box') ?? [])),
  };
  return Object.entries(wanted).flatMap(([name, value]) =>
    same(value, state.variables[name]?.value) ? [] : [`${name} is not what was written to it`],
  );
}

function updates(journal: readonly JournalEvent[]): ReadonlyMap<string, readonly Json[]> {
  const turns = new Map<string, Told2<'turn-recorded'>>();
  const written = new Map<string, Json[]>();
  for (const { body } of journal) {
    if (body.kind === 'turn-recorded') turns.set(`${body.step}.${body.turnNo}`, body);
    // Of a step that was adopted the changes came along, not the calls that made them.
    if (body.kind === 'context-changed' && !turns.has(`${body.step}.1`))
      written.set(body.name, [...(written.get(body.name) ?? []), body.value]);
    if (body.kind !== 'tool-completed' || body.name !== 'context_set') continue;
    const input = turns.get(`${body.step}.${body.turnNo}`)?.turn.calls[body.place]?.input;
    const { name, value } = input as { readonly name: string; readonly value: Json };
    written.set(name, [...(written.get(name) ?? []), value]);
  }
  return written;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
