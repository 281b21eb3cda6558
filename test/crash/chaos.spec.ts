// Real: the built server, killed 25 times under load; a model provider that outlives it. `npm run chaos` does it longer.
import { chaos } from '../../bench/chaos/chaos.js';
import { reportOf } from '../../bench/chaos/report.js';
import { Program } from '../../bench/program.js';
import { tempFolder } from '../harness/index.js';

const KILLS = 25;
/** Always the same moments; `npm run chaos` throws new ones each time and prints their seed. */
const SEED = 20_261_122;

afterAll(() => Program.killAll());

test(`of what was accepted nothing is lost, and nothing recorded is done again, in ${KILLS} kills`, async () => {
  const verdict = await chaos({ kills: KILLS, seed: SEED, dataDir: tempFolder(), say: () => undefined });
  if (verdict.findings.length > 0) console.log(reportOf(verdict));
  expect(verdict.findings).toEqual([]);
  expect(verdict.kills).toHaveLength(KILLS);
  expect(verdict.accepted).toBeGreaterThan(KILLS);
}, 240_000);
