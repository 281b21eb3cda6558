import type { Dice } from './dice.js';

/** How one server is to die. */
export type Weapon =
  /** By somebody else, so long after its start, or after it was ready. */
  | { readonly kind: 'time'; readonly since: 'start' | 'ready'; readonly afterMs: number }
  /** By itself, at the n-th passing of a crash point. */
  | { readonly kind: 'point'; readonly point: string; readonly passing: number }
  /** Its database is killed first, perhaps more than once, and stays away; it may not see it come back the last time. */
  | { readonly kind: 'database'; readonly outages: readonly Outage[]; readonly isBack: boolean };

/** So long after the server was ready, or after the one before was over. */
interface Outage {
  readonly afterMs: number;
  readonly awayMs: number;
}

/** Every crash point on the way of a run, and up to which passing it is waited for. */
const POINTS: Readonly<Record<string, number>> = {
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
  'approval.before-note': 2,
  'approval.noted': 2,
};

/** Where the server itself writes the file. */
const POINTS_OF_FILES: Readonly<Record<string, number>> = {
  'database.before-begin': 25,
  'database.before-commit': 25,
  'database.after-commit': 25,
  'journal.between-event-and-payload': 4,
};

const LONGEST_START_MS = 1_500;
const LONGEST_LIFE_MS = 1_000;
/** What somebody who died owned is not free before: in between, the next ones must live. */
const LONGEST_LIFE_ON_POSTGRES_MS = 3_000;
const LONGEST_AWAY_MS = 2_000;
/** Longer than a server may be silent without being taken for dead. */
const LONG_AWAY_MS = 6_000;

/**
 * One in three dies by the clock; the others take every crash point in turn, in an order of their own each round. On
 * PostgreSQL one in four loses that first.
 */
export function* weapons(dice: Dice, database: 'embedded' | 'postgres'): Generator<Weapon, never> {
  const isEmbedded = database === 'embedded';
  const points = Object.entries(isEmbedded ? { ...POINTS, ...POINTS_OF_FILES } : POINTS);
  const longestMs = isEmbedded ? LONGEST_LIFE_MS : LONGEST_LIFE_ON_POSTGRES_MS;
  for (;;) {
    for (const [point, upTo] of dice.shuffled(points)) {
      if (dice.happens(1 / 3)) yield byTime(dice, longestMs);
      if (!isEmbedded && dice.happens(1 / 2)) yield byDatabase(dice, longestMs);
      yield { kind: 'point', point, passing: dice.between(1, upTo) };
    }
  }
}

function byTime(dice: Dice, longestMs: number): Weapon {
  if (dice.happens(1 / 4)) return { kind: 'time', since: 'start', afterMs: dice.between(0, LONGEST_START_MS) };
  return { kind: 'time', since: 'ready', afterMs: dice.between(0, longestMs) };
}

function byDatabase(dice: Dice, longestMs: number): Weapon {
  const outages = Array.from({ length: dice.between(1, 3) }, () => ({
    afterMs: dice.between(0, longestMs / 2),
    awayMs: dice.happens(1 / 6) ? dice.between(LONGEST_AWAY_MS, LONG_AWAY_MS) : dice.between(0, LONGEST_AWAY_MS),
  }));
  return { kind: 'database', outages, isBack: dice.happens(3 / 4) };
}

export function nameOf(weapon: Weapon): string {
  switch (weapon.kind) {
    case 'time':
      return `any time after ${weapon.since}`;
    case 'point':
      return weapon.point;
    case 'database':
      return weapon.isBack ? 'after its database was' : 'with its database';
  }
}
