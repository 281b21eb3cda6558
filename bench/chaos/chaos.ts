import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Program } from '../program.js';
import { Client } from './client.js';
import { Dice } from './dice.js';
import { Door } from './door.js';
import { type Finding, Findings } from './findings.js';
import { inspectFile, type Recorded } from './inspect-file.js';
import { Load } from './load.js';
import { ModelProvider } from './model-provider.js';
import { makeTeams } from './teams.js';
import { nameOf, type Weapon, weapons } from './weapons.js';

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly dataDir: string;
  readonly say: (text: string) => void;
}

/** One server's death and what came of it. */
export interface Kill {
  readonly how: string;
  /** ms since 1970. */
  readonly at: number;
  /** Runs that were accepted and not over. */
  readonly open: number;
  /** From the death until the next server that came so far was ready; null: the next one died before it was. */
  recoveryMs: number | null;
}

export interface Verdict {
  readonly kills: readonly Kill[];
  readonly accepted: number;
  readonly performances: number;
  readonly findings: readonly Finding[];
}

const IN_FLIGHT = 16;
/** How long a crash point is waited for before the server is killed by hand. */
const PATIENCE_MS = 2_000;
const START_LIMIT_MS = 30_000;
/** What a run may still take once nobody is killed any more. */
const LAST_RUNS_MS = 60_000;
const PROGRESS_EVERY = 10;

/**
 * Kills a server again and again while it is under load, each time at another moment, starts the next one on the same
 * file, and looks for what must not be: an accepted run that is gone or does not end, an attempt that is performed
 * although its end is on record, a second end, a gap.
 */
export async function chaos({ kills, seed, dataDir, say }: ChaosOptions): Promise<Verdict> {
  const provider = await ModelProvider.start();
  const findings = new Findings();
  const door = new Door();
  const ring = new Ring(dataDir, provider.baseUrl, door, findings);
  try {
    const user = new Client(door);
    const first = await ring.start();
    await signUp(user);
    const teams = await makeTeams(user);
    await ring.stop(first);

    const load = new Load(user, teams, findings, IN_FLIGHT, seed);
    const armoury = weapons(new Dice(seed));
    for (let number = 1; number <= kills; number++) {
      await ring.fight(armoury.next().value, () => load.open.length);
      if (number % PROGRESS_EVERY === 0 || number === kills)
        say(`${number} of ${kills} killed, ${load.accepted.length} runs accepted, ${findings.all.length} findings`);
    }

    const last = await ring.start();
    await load.end(LAST_RUNS_MS);
    for (const { id, team } of load.open) findings.add('lost', `${team} ${id} did not come to its end.`);
    await ring.stop(last);
    const recorded = inspectFile(join(dataDir, 'renum.db'), load, findings);
    judgePerformances(provider.performances, recorded, findings);
    const performances = [...provider.performances.values()].reduce((sum, { length }) => sum + length, 0);
    return { kills: ring.kills, accepted: load.accepted.length, performances, findings: findings.all };
  } finally {
    await provider.stop();
  }
}

async function signUp(user: Client): Promise<void> {
  const person = { name: 'Chaos', email: 'chaos@example.com', password: 'nothing stays where it was' };
  await user.post('/api/v1/auth/register', person);
  const { body } = await user.post('/api/v1/auth/login', person);
  user.token = body.token;
}

/** The servers, one after another, on one data folder. */
class Ring {
  readonly kills: Kill[] = [];

  constructor(
    private readonly dataDir: string,
    private readonly modelUrl: string,
    private readonly door: Door,
    private readonly findings: Findings,
  ) {}

  async start(): Promise<Program> {
    const server = this.#launch('');
    if (!(await this.#ready(server))) throw new Error('The server does not start.');
    return server;
  }

  async stop(server: Program): Promise<void> {
    this.door.shut();
    const [code, signal] = await server.stop();
    if (code !== 0) this.findings.add('broken', `A server that was told to stop ended with ${code ?? signal}.`);
  }

  /** One life, from its start to its violent end. */
  async fight(weapon: Weapon, open: () => number): Promise<void> {
    const server = this.#launch(weapon.kind === 'point' ? `${weapon.point}:${weapon.passing}` : '');
    const beforeReady = weapon.kind === 'time' && weapon.since === 'start';
    if (beforeReady) {
      // Ready or not: what comes first opens the door, but does not stay the blow.
      void this.#ready(server);
      await Promise.race([pause(weapon.afterMs), server.ended]);
    } else if (await this.#ready(server)) {
      await Promise.race([pause(weapon.kind === 'time' ? weapon.afterMs : PATIENCE_MS), server.ended]);
    }
    const isByHand = !server.hasEnded;
    const count = open();
    this.door.shut();
    const [code, signal] = await server.kill9();
    if (signal !== 'SIGKILL') this.findings.add('broken', `A server ended by itself with ${code ?? signal}.`);
    const how = weapon.kind === 'point' && isByHand ? 'any time after ready' : nameOf(weapon);
    this.kills.push({ how, at: Date.now(), open: count, recoveryMs: null });
  }

  #launch(crashAt: string): Program {
    return Program.served({
      RENUM_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'warn',
      RENUM_DATA_DIR: this.dataDir,
      RENUM_RATE_LIMIT_PER_MINUTE: '0',
      RENUM_MAX_CONCURRENT_EXECUTIONS: '1000',
      OPENAI_API_KEY: 'sk-chaos',
      OPENAI_BASE_URL: this.modelUrl,
      ...(crashAt && { RENUM_CRASH_AT: crashAt }),
    });
  }

  /** Opens the door as soon as it listens; false: it died before. */
  async #ready(server: Program): Promise<boolean> {
    const impatience = new AbortController();
    const late = pause(START_LIMIT_MS, null, { signal: impatience.signal }).catch(() => null);
    const announced = await Promise.race([server.says(/^renum listening on (\S+) pid \d+$/m).catch(() => null), late]);
    impatience.abort();
    if (!announced || server.hasEnded) return false;
    const now = Date.now();
    for (const kill of this.kills) if (kill.recoveryMs === null) kill.recoveryMs = now - kill.at;
    this.door.open(announced[1] ?? '');
    return true;
  }
}

/** Nothing is performed after its end was recorded, nor more often than the journal says that it was begun. */
function judgePerformances(
  performances: ReadonlyMap<string, readonly number[]>,
  { begun, ended }: Recorded,
  findings: Findings,
): void {
  for (const [key, instants] of performances) {
    const last = instants.at(-1) ?? 0;
    const end = ended.get(key) ?? Number.POSITIVE_INFINITY;
    const times = begun.get(key) ?? 0;
    if (last > end) findings.add('doubled', `${key} was performed ${last - end} ms after its end.`, last);
    if (instants.length > times)
      findings.add('doubled', `${key} was performed ${instants.length} times and begun ${times} times.`, last);
  }
}
