import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresServer } from '#libs/platform/database/testing/postgres-server.js';
import { Program } from '../program.js';
import type { Door } from './door.js';
import type { Findings } from './findings.js';
import { nameOf, type Weapon } from './weapons.js';

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

/** Where the servers keep their records, and whom they ask. */
export interface Ground {
  readonly dataDir: string;
  /** Null: a file in the folder. */
  readonly postgres: PostgresServer | null;
  readonly modelUrl: string;
}

/** How long a crash point is waited for before the server is killed by hand. */
const PATIENCE_MS = 2_000;
const START_LIMIT_MS = 30_000;
/** From the death of a server with its database until that comes back: the next server waits for it. */
const BACK_AFTER_MS = 700;

/** The servers, one after another, on the same records. */
export class Ring {
  readonly kills: Kill[] = [];
  #isBack: Promise<void> | undefined;

  constructor(
    private readonly ground: Ground,
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
      const blow = this.#untilTheBlow(weapon);
      await Promise.race([blow, server.ended]);
      // Whatever became of the server, the database is in nobody else's hands before.
      if (weapon.kind === 'database') await blow;
    }
    const isByHand = !server.hasEnded;
    await this.end(server, weapon.kind === 'point' && isByHand ? 'any time after ready' : nameOf(weapon), open());
    if (weapon.kind === 'database') this.#isBack = pause(BACK_AFTER_MS).then(() => this.ground.postgres?.start());
  }

  async end(server: Program, how: string, open: number): Promise<void> {
    this.door.shut();
    const [code, signal] = await server.kill9();
    if (signal !== 'SIGKILL') this.findings.add('broken', `A server ended by itself with ${code ?? signal}.`);
    this.kills.push({ how, at: Date.now(), open, recoveryMs: null });
  }

  async #untilTheBlow(weapon: Weapon): Promise<void> {
    if (weapon.kind !== 'database') return pause(weapon.kind === 'point' ? PATIENCE_MS : weapon.afterMs);
    await this.#isBack;
    for (const [index, { afterMs, awayMs }] of weapon.outages.entries()) {
      await pause(afterMs);
      await this.ground.postgres?.stop('kill');
      await pause(awayMs);
      const staysAway = !weapon.isBack && index === weapon.outages.length - 1;
      if (!staysAway) await this.ground.postgres?.start();
    }
    if (weapon.isBack) await pause(weapon.outages[0]?.afterMs ?? 0);
  }

  #launch(crashAt: string): Program {
    const { dataDir, postgres, modelUrl } = this.ground;
    return Program.served({
      RENUM_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: postgres ? 'fatal' : 'warn',
      RENUM_DATA_DIR: dataDir,
      ...(postgres && { DATABASE_URL: postgres.url() }),
      RENUM_RATE_LIMIT_PER_MINUTE: '0',
      RENUM_MAX_CONCURRENT_EXECUTIONS: '1000',
      OPENAI_API_KEY: 'sk-chaos',
      OPENAI_BASE_URL: modelUrl,
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
