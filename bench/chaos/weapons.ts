import { Dice } from './dice.js';

/** How one server is to die. */
export type Weapon =
  /** By somebody else, so long after its start, or after it was ready. */
  | { readonly kind: 'time'; readonly since: 'start' | 'ready'; readonly afterMs: number }
  /** By itself, at the n-th passing of a crash point. */
  | { readonly kind: 'point'; readonly point: string; readonly passing: number };

/** Every crash point on the way of a run, and up to which passing it is waited for. */
const POINTS: Readonly<Record<string, number>> = {
  'database.before-begin': 25,
  'database.before-commit': 25,
  'database.after-commit': 25,
  'acceptance.before-commit': 10,
  'acceptance.committed': 10,
  'idempotency.before-kept': 10,
  'engine.before-claim': 8,
  'engine.claimed': 8,
  'run.before-call': 15,
  'run.called': 15,
  'run.answered': 15,
  'run.before-append': 15,
  'run.appended': 12,
  'run.finished': 5,
  'run.before-release': 1,
  'run.released': 1,
  'journal.between-event-and-payload': 4,
};

const LONGEST_START_MS = 1_500;
const LONGEST_LIFE_MS = 1_000;

/** One in three dies by the clock; the others take every crash point in turn, in an order of their own each round. */
export function* weapons(dice: Dice): Generator<Weapon, never> {
  for (;;) {
    for (const [point, upTo] of dice.shuffled(Object.entries(POINTS))) {
      if (dice.happens(1 / 3)) yield byTime(dice);
      yield { kind: 'point', point, passing: dice.between(1, upTo) };
    }
  }
}

function byTime(dice: Dice): Weapon {
  if (dice.happens(1 / 4)) return { kind: 'time', since: 'start', afterMs: dice.between(0, LONGEST_START_MS) };
  return { kind: 'time', since: 'ready', afterMs: dice.between(0, LONGEST_LIFE_MS) };
}

export function nameOf(weapon: Weapon): string {
  return weapon.kind === 'time' ? `any time after ${weapon.since}` : weapon.point;
}
