import type { PostgresServer } from '#libs/platform/database/testing/postgres-server.js';
import { Client } from './client.js';
import { Dice } from './dice.js';
import { Door } from './door.js';
import { type Finding, Findings } from './findings.js';
import { inspectRecords } from './inspect-records.js';
import { Load } from './load.js';
import { ModelProvider } from './model-provider.js';
import { Patience } from './patience.js';
import { People, type Person } from './people.js';
import { openRecords, type Records } from './records.js';
import { type Ground, type Kill, Ring } from './ring.js';
import { makeTeams } from './teams.js';
import { weapons } from './weapons.js';

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly dataDir: string;
  /** Of the chaos' own, killed with the servers; null: they keep a file in the folder. */
  readonly postgres: PostgresServer | null;
  readonly say: (text: string) => void;
}

export interface Verdict {
  readonly kills: readonly Kill[];
  readonly accepted: number;
  /** How often a model was asked. */
  readonly asked: number;
  /** What happened in the runs, by name. */
  readonly happened: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}

const IN_FLIGHT = 16;
/** What a run may still take once nobody is killed any more. */
const LAST_RUNS_MS = 60_000;
const PROGRESS_EVERY = 10;

/**
 * Kills a server again and again while it is under load, each time at another moment, starts the next one on the same
 * records, and looks for what must not be: an accepted run that is gone or does not end, anything that was promised and
 * is not there, and anything that was done again although its end is on record.
 */
export async function chaos({ kills, seed, dataDir, postgres, say }: ChaosOptions): Promise<Verdict> {
  const provider = await ModelProvider.start();
  const findings = new Findings();
  const door = new Door();
  const ground: Ground = { dataDir, postgres, modelUrl: provider.baseUrl };
  const ring = new Ring(ground, door, findings);
  try {
    const first = await ring.start();
    const [owner, second, third] = [await signUp(door, 1), await signUp(door, 2), await signUp(door, 3)];
    const asked = { owner: owner.id, second: second.id, third: third.id };
    const teams = await makeTeams(owner.client, asked, new Dice(seed));
    await ring.stop(first);

    const patience = new Patience(owner.client, teams.patient, findings);
    const people = new People([owner, second], findings, seed);
    const load = new Load(owner.client, teams.ofLoad, findings, IN_FLIGHT, seed);
    const armoury = weapons(new Dice(seed), postgres ? 'postgres' : 'embedded');
    for (let number = 1; number <= kills; number++) {
      if (number % PROGRESS_EVERY === 1) patience.begin();
      await ring.fight(armoury.next().value, () => load.open.length);
      if (number % PROGRESS_EVERY === 0 || number === kills)
        say(`${number} of ${kills} killed, ${load.accepted.length} runs accepted, ${findings.all.length} findings`);
    }

    const quiet = await ring.start();
    await load.end(LAST_RUNS_MS);
    for (const { id, team } of load.open) findings.add('lost', `${team} ${id} did not come to its end.`);
    people.end();
    await patience.judge();
    await ring.end(quiet, 'while people are asked', patience.runs.length);
    const claims = await reading(ground, (records) => patience.remember(records));

    const last = await ring.start();
    await patience.judge();
    await people.approveAll(third);
    await patience.end();
    await ring.stop(last);

    for (const flaw of provider.flaws) findings.add('broken', flaw);
    const { unanswered } = load;
    const accepted = [...load.accepted, ...patience.runs];
    const happened = await reading(ground, async (records) => {
      await patience.judgeClaims(records);
      return inspectRecords(records, { load: { accepted, unanswered }, provider, people }, findings);
    });
    happened.set('claims of runs that wait for people', claims);
    const times = [...provider.askedAt.values()].reduce((sum, { length }) => sum + length, 0);
    return { kills: ring.kills, accepted: accepted.length, asked: times, happened, findings: findings.all };
  } finally {
    await provider.stop();
  }
}

async function signUp(door: Door, number: number): Promise<Person> {
  const client = new Client(door);
  const email = `chaos-${number}@example.com`;
  const password = 'nothing stays where it was';
  await client.post('/api/v1/auth/register', { name: `Chaos ${number}`, email, password });
  const { body } = await client.post('/api/v1/auth/login', { email, password });
  client.token = body.token;
  return { id: body.user.id, client };
}

async function reading<T>({ dataDir, postgres }: Ground, read: (records: Records) => Promise<T>): Promise<T> {
  const records = await openRecords(dataDir, postgres);
  try {
    return await read(records);
  } finally {
    await records.close();
  }
}
