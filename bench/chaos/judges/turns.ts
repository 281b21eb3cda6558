import type { EventKind, JournalEvent, StepId } from '#libs/workflow/index.js';
import { doubled, type Flaw } from '../findings.js';

/** What the journal says of the turns of all attempts, by the key under which a provider is asked for them. */
export interface Turns {
  /** How often each may have been asked for: once, and once more for each process that died under it. */
  readonly mayBeAsked: ReadonlyMap<string, number>;
  /** From when on each is on record, in ms since 1970. */
  readonly recordedAt: ReadonlyMap<string, number>;
}

/** Each of them settles the turn with which the attempt ends. */
const ENDS: ReadonlySet<EventKind> = new Set(['approval-requested', 'step-succeeded', 'step-retrying', 'step-failed']);

export function turnsIn(executionId: string, events: readonly JournalEvent[]): Turns {
  const mayBeAsked = new Map<string, number>();
  const recordedAt = new Map<string, number>();
  const attempts = new Map<StepId, number>();
  /** On record of a step, in this attempt and in those before it. */
  const turns = new Map<StepId, number>();
  const nextKey = (step: StepId): string => {
    const turnNo = (turns.get(step) ?? 0) + 1;
    return `${executionId}.${step}.${attempts.get(step)}${turnNo === 1 ? '' : `.${turnNo}`}`;
  };
  const allow = (step: StepId, times: 1 | -1): void => {
    mayBeAsked.set(nextKey(step), (mayBeAsked.get(nextKey(step)) ?? 0) + times);
  };

  for (const { body, at } of events) {
    if (body.kind === 'step-started' || body.kind === 'step-resumed') {
      attempts.set(body.step, body.attempt);
      allow(body.step, 1);
    } else if (body.kind === 'turn-recorded') {
      recordedAt.set(nextKey(body.step), at);
      turns.set(body.step, body.turnNo ?? 0);
      allow(body.step, 1);
    } else if (body.kind === 'step-parked' && body.why === 'answer') {
      // In the append of its turn: whoever waits for an answer has not asked for the next one.
      allow(body.step, -1);
    } else if (ENDS.has(body.kind) && 'step' in body) {
      // A result that people agreed to was there before they did.
      if (!recordedAt.has(nextKey(body.step))) recordedAt.set(nextKey(body.step), at);
    }
  }
  return { mayBeAsked, recordedAt };
}

/** `askedAt`: the instants at which a provider was asked, by key. */
export function judgeTurns(
  askedAt: ReadonlyMap<string, readonly number[]>,
  { mayBeAsked, recordedAt }: Turns,
): readonly (Flaw & { readonly at: number })[] {
  return [...askedAt].flatMap(([key, instants]) => {
    const at = instants.at(-1) ?? 0;
    const late = at - (recordedAt.get(key) ?? Number.POSITIVE_INFINITY);
    const most = mayBeAsked.get(key) ?? 0;
    const times = instants.length;
    return [
      ...(late > 0 ? [{ ...doubled(`${key} was asked for ${late} ms after it was on record.`), at }] : []),
      ...(times > most ? [{ ...doubled(`${key} was asked for ${times} times; ${most} were called for.`), at }] : []),
    ];
  });
}
