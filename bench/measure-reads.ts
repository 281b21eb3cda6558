import type { Load } from './load.js';
import { compared } from './measure-runs.js';
import type { Pit } from './pit.js';
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
  const ours = (): Promise<Load> =>
    pit.load({ kind: 'reads', call: pit.user.read(path), connections: CONNECTIONS, ms });
  const floor = (): Promise<Load> =>
    pit.load({ kind: 'reads', call: pit.floor.read(team), connections: CONNECTIONS, ms });
  const rush = (call: ReturnType<Pit['user']['run']>): Promise<Load> =>
    pit.load({ kind: 'calls', call, inFlight: CONNECTIONS, until: { ms }, expect: COMPLETED });

  const calm = await pit.inTurn('reads of a team', ours, floor);
  const after = await pit.inTurn(
    'reads right after a rush of runs',
    async () => {
      await rush(pit.user.run(team));
      return ours();
    },
    async () => {
      await rush(pit.floor.run());
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
    { what: `${what}: p99`, unit: 'ms', ...p99, target: atMost(12, p99.ours, '≤ 12 ms') },
  ];
}
