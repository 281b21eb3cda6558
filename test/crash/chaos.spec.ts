// Real: the built server, killed again and again under load, and with it a PostgreSQL of the test's own; a model provider
// that outlives both. `npm run chaos` does it longer.
import { PostgresServer } from '#libs/platform/database/testing/postgres-server.js';
import { chaos } from '../../bench/chaos/chaos.js';
import { reportOf } from '../../bench/chaos/report.js';
import { Program } from '../../bench/program.js';
import { tempFolder } from '../harness/index.js';
import { requires } from '../requires.js';

const KILLS = 25;
const KILLS_ON_POSTGRES = 6;
/** Always the same moments; `npm run chaos` throws new ones each time and prints their seed. */
const SEED = 20_261_122;
/** What must have happened, or nothing was tried. */
const TRIED = [
  ...['changes of the context', 'messages', 'questions', 'rounds of loops', 'steps taken over'],
  ...['turns on record', 'words of people'],
];

afterAll(() => Program.killAll());

async function expectNothingFound(kills: number, postgres: PostgresServer | null): Promise<void> {
  const verdict = await chaos({ kills, seed: SEED, dataDir: tempFolder(), postgres, say: () => undefined });
  if (verdict.findings.length > 0) console.log(reportOf(verdict));
  expect(verdict.findings).toEqual([]);
  // The last one finds nothing but people who are asked.
  expect(verdict.kills).toHaveLength(kills + 1);
  expect(verdict.accepted).toBeGreaterThan(kills);
  expect([...verdict.happened.keys()]).toEqual(expect.arrayContaining(TRIED));
}

test(`of what was accepted nothing is lost, and nothing recorded is done again, in ${KILLS} kills`, async () => {
  await expectNothingFound(KILLS, null);
}, 240_000);

requires('postgres').describe('on PostgreSQL, killed with the servers', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await PostgresServer.make(tempFolder());
  });
  afterAll(() => postgres.stop('crash'));

  test(`nothing is lost or done again in ${KILLS_ON_POSTGRES} kills`, async () => {
    await expectNothingFound(KILLS_ON_POSTGRES, postgres);
  }, 240_000);
});
