import type { BenchDatabase } from './options.js';
import type { Measured, Pit, Round } from './pit.js';
import { COMPLETED } from './renum.js';
import { spreadOf } from './statistics.js';
import { atLeast, atMost, type Figure, type Target } from './table.js';

const IN_FLIGHT = [1, 16, 64] as const;

/** What part of the floor's runs a second ours must reach. */
const LEAST_SHARE: Readonly<Record<(typeof IN_FLIGHT)[number], number>> = { 1: 1 / 3, 16: 1 / 3, 64: 1 / 4 };

/** From the request that starts a run of three steps to its result, in one call. */
export async function measureRuns(pit: Pit): Promise<readonly Figure[]> {
  const team = await pit.user.makeTeam('sequential', 3);
  const figures: Figure[] = [];
  for (const inFlight of IN_FLIGHT) {
    const until = { ms: pit.options.cellMs };
    const rounds = await pit.inTurn(
      `three-step runs, ${inFlight} in flight`,
      () => pit.load('ours', { kind: 'calls', call: pit.user.run(team), inFlight, until, expect: COMPLETED }),
      () => pit.load('floor', { kind: 'calls', call: pit.floor.run(), inFlight, until, expect: COMPLETED }),
    );
    figures.push(...figuresOf(inFlight, rounds, pit.options.database));
  }
  return figures;
}

function figuresOf(
  inFlight: (typeof IN_FLIGHT)[number],
  rounds: readonly Round[],
  database: BenchDatabase,
): readonly Figure[] {
  const what = `three-step run, ${inFlight} in flight`;
  const p50 = compared(rounds, ({ p50Ms }) => p50Ms, 'ours − floor');
  const perSecond = compared(rounds, (load) => load.perSecond, 'ours / floor');
  const share = LEAST_SHARE[inFlight];
  return [
    { what: `${what}: p50`, unit: 'ms', ...p50, ...(inFlight === 1 && { target: alone(p50, database) }) },
    { what: `${what}: p99`, unit: 'ms', ...compared(rounds, ({ p99Ms }) => p99Ms, 'ours − floor') },
    {
      what: `${what}: processor time`,
      unit: 'µs',
      ...compared(rounds, ({ processorMicros }) => processorMicros, 'ours / floor'),
    },
    {
      what: `${what}: runs/s`,
      unit: '',
      ...perSecond,
      ...(database === 'embedded' && {
        target: atLeast(share, perSecond.against.spread, `≥ 1/${Math.round(1 / share)} of the floor`),
      }),
    },
  ];
}

type Compared = Required<Pick<Figure, 'ours' | 'floor' | 'against'>>;

export function compared(
  rounds: readonly Round[],
  of: (load: Measured) => number,
  says: 'ours / floor' | 'ours − floor',
): Compared {
  const between = ({ ours, floor }: Round): number =>
    says === 'ours / floor' ? of(ours) / of(floor) : of(ours) - of(floor);
  return {
    ours: spreadOf(rounds.map(({ ours }) => of(ours))),
    floor: spreadOf(rounds.map(({ floor }) => of(floor))),
    against: { says, spread: spreadOf(rounds.map(between)) },
  };
}

/** The floor asks nobody over a socket. */
function alone({ ours, against }: Compared, database: BenchDatabase): Target {
  if (database === 'postgres') return atMost(6, ours, '≤ 6 ms');
  return atMost(1, against.spread, '≤ floor + 1.0 ms');
}

/** Ten agents at once, and the run that ends when the last of them has. */
export async function measureFanOut(pit: Pit): Promise<readonly Figure[]> {
  const team = await pit.user.makeTeam('parallel', 10);
  const load = (inFlight: number) => (): Promise<Measured> => {
    const until = { ms: pit.options.cellMs };
    return pit.load('ours', { kind: 'calls', call: pit.user.run(team), inFlight, until, expect: COMPLETED });
  };
  const one = spreadOf((await pit.alone('ten agents at once, 1 in flight', load(1))).map(({ p50Ms }) => p50Ms));
  const many = await pit.alone('ten agents at once, 16 in flight', load(16));
  const perSecond = spreadOf(many.map((round) => round.perSecond));
  return [
    {
      what: 'fan-out to ten and join, 1 in flight: p50',
      unit: 'ms',
      ours: one,
      ...inFile(pit, atMost(3, one, '≤ 3 ms')),
    },
    {
      what: 'fan-out to ten and join, 16 in flight: runs/s',
      unit: '',
      ours: perSecond,
      ...inFile(pit, atLeast(600, perSecond, '≥ 600')),
    },
  ];
}

/** What one step costs besides its agent: a chain of ten that take no time. */
export async function measureStep(pit: Pit): Promise<readonly Figure[]> {
  const steps = 10;
  const team = await pit.user.makeTeam('sequential', steps);
  const until = { ms: pit.options.cellMs };
  const rounds = await pit.alone('chains of ten steps', () =>
    pit.load('ours', { kind: 'calls', call: pit.user.run(team), inFlight: 1, until, expect: COMPLETED }),
  );
  const perStep = spreadOf(rounds.map(({ p50Ms }) => p50Ms / steps));
  const target = atMost(0.8, perStep, '≤ 0.8 ms');
  return [{ what: 'coordination per step', unit: 'ms', ours: perStep, ...inFile(pit, target) }];
}

/** What is promised of the embedded database alone. */
function inFile({ options }: Pit, target: Target): { readonly target?: Target } {
  return options.database === 'embedded' ? { target } : {};
}
