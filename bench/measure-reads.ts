import type { Call } from './caller.js';
import { compared } from './measure-runs.js';
import type { Measured, Pit } from './pit.js';
import { COMPLETED } from './renum.js';
import { atLeast, atMost, type Figure } from './table.js';

const CONNECTIONS = 64;
const SHARE = 0.4;

/** A team, read by its owner, against bare Fastify sending the same row; once at rest and once right after a rush. */
export async function measureReads(pit: Pit): Promise<readonly Figure[]> {
  const team = await pit.user.makeTeam('sequential', 3);
  const path = `/api/v1/teams/${team}`;
  await pit.floor.keep(await pit.user.get(path));
  const ms = pit.options.cellMs;
  const read = (side: 'ours' | 'floor', call: Call): Promise<Measured> =>
    pit.load(side, { kind: 'reads', call, connections: CONNECTIONS, ms });
  const rush = (side: 'ours' | 'floor', call: Call): Promise<Measured> =>
    pit.load(side, { kind: 'calls', call, inFlight: CONNECTIONS, until: { ms }, expect: COMPLETED });
  const ours = (): Promise<Measured> => read('ours', pit.user.read(path));
  const floor = (): Promise<Measured> => read('floor', pit.floor.read(team));

  const calm = await pit.inTurn('reads of a team', ours, floor);
  const after = await pit.inTurn(
    'reads right after a rush of runs',
    async () => {
      await rush('ours', pit.user.run(team));
      return ours();
    },
    async () => {
      await rush('floor', pit.floor.run());
      return floor();
    },
  );
  return [...figuresOf('GET a team, 64 connections', calm), ...figuresOf('the same right after a load', after)];
}

function figuresOf(what: string, rounds: Parameters<typeof compared>[0]): readonly Figure[] {
  const perSecond = compared(rounds, (load) => load.perSecond, 'ours / floor');
  const p99 = compared(rounds, ({ p99Ms }) => p99Ms, 'ours − floor');
  return [
    {
      what: `${what}: req/s`,
      unit: '',
      ...perSecond,
      target: atLeast(SHARE, perSecond.against.spread, `≥ ${SHARE} of bare Fastify`),
    },
    {
      what: `${what}: processor time`,
      unit: 'µs',
      ...compared(rounds, ({ processorMicros }) => processorMicros, 'ours / floor'),
    },
    { what: `${what}: p99`, unit: 'ms', ...p99, target: atMost(12, p99.ours, '≤ 12 ms') },
  ];
}
