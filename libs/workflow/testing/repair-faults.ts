import { type Adoption, adoption } from '../adopt.js';
import type { Core } from '../advance.js';
import { CORE } from '../advance.js';
import type { Decision } from '../events.js';
import { fold } from '../fold.js';

export type Adopt = typeof adoption;

/** What a child is made and advanced with. */
export interface Repair {
  readonly adopt: Adopt;
  readonly core: Core;
}

export const REPAIR: Repair = { adopt: adoption, core: CORE };

/** Each is a mistake somebody could make in a repair; the laws must see every one of them. */
export const REPAIR_FAULTS: Readonly<Record<string, Repair>> = {
  'an adopted step run again': {
    ...REPAIR,
    core: {
      ...CORE,
      fold: (state, event) => (event.body.kind === 'step-adopted' ? { ...state, seq: event.seq } : fold(state, event)),
    },
  },
  'the count of a loop lost': {
    ...REPAIR,
    core: { ...CORE, fold: (state, event) => ({ ...fold(state, event), loops: {} }) },
  },
  'a loop that went back forgotten': saying((said) => said.filter(({ kind }) => kind !== 'loop-back')),
  'a step adopted that came of one run again': {
    ...REPAIR,
    adopt: (parent, started, again) => {
      const { decisions, isWhole } = adoption(parent, started, again === null ? null : new Set());
      return { isWhole, decisions: decisions.filter((one) => !('step' in one) || !again?.has(one.step)) };
    },
  },
  'a failure adopted': {
    ...REPAIR,
    adopt: (parent, started, again) => {
      const { decisions, isWhole } = adoption(parent, started, null);
      const steps = decisions.filter(({ kind }) => kind !== 'execution-finished');
      return { isWhole, decisions: again === null ? decisions : steps.filter((one) => !isAgain(one, again)) };
    },
  },
  'a success left behind': saying((said) => said.slice(0, -1)),
  'the order of the parent lost': saying((said) =>
    said.map((one) =>
      one.kind === 'step-adopted' ? { ...one, from: { ...one.from, startedAt: 0, endedAt: 0 } } : one,
    ),
  ),
  'an answer changed': saying((said) =>
    said.map((one) =>
      one.kind === 'step-adopted' && one.result.ok
        ? { ...one, result: { ok: true, output: { ...one.result.output, result: '' } } }
        : one,
    ),
  ),
};

function isAgain(one: Decision, again: ReadonlySet<string>): boolean {
  return 'step' in one && again.has(one.step);
}

function saying(change: (said: readonly Decision[]) => readonly Decision[]): Repair {
  return {
    ...REPAIR,
    adopt: (...wanted): Adoption => {
      const { decisions, isWhole } = adoption(...wanted);
      return { isWhole, decisions: change(decisions) };
    },
  };
}
