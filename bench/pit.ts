import { Floor } from './floor-server.js';
import type { Calls, Load, Reads } from './load.js';
import type { Options } from './options.js';
import { Program } from './program.js';
import { Renum, type User } from './renum.js';
import type { TempFolders } from './temp-folders.js';

/** Ours and the floor side by side, and the generator that asks them in turn. */
export class Pit {
  private constructor(
    readonly options: Options,
    readonly ours: Renum,
    readonly user: User,
    readonly floor: Floor,
    private readonly generator: Program,
  ) {}

  static async open(options: Options, folders: TempFolders, databaseUrl: string): Promise<Pit> {
    const starts = [Renum.start(folders.make(), { databaseUrl }), Floor.start(folders.make())] as const;
    const [ours, floor] = await Promise.all(starts);
    return new Pit(options, ours, await ours.signUp(), floor, Program.ofBench('generator.ts'));
  }

  async load(side: 'ours' | 'floor', job: Calls | Reads): Promise<Measured> {
    const { program } = this[side];
    const before = program.processorMs;
    const load = await this.generator.ask<Load>(job);
    return { ...load, processorMicros: ((program.processorMs - before) * 1_000) / load.count };
  }

  /**
   * Each round asks both sides, the other one first every time, so that neither always meets the colder machine or the
   * longer file. The first loads of each side are thrown away.
   */
  async inTurn(what: string, ours: () => Promise<Measured>, floor: () => Promise<Measured>): Promise<readonly Round[]> {
    say(`${what}: warm-up`);
    for (let again = 0; again < (this.options.isQuick ? 1 : 2); again++) {
      await ours();
      await floor();
    }
    const rounds: Round[] = [];
    for (let round = 1; round <= this.options.rounds; round++) {
      const isOursFirst = round % 2 === 1;
      const early = await (isOursFirst ? ours() : floor());
      const late = await (isOursFirst ? floor() : ours());
      const both = isOursFirst ? { ours: early, floor: late } : { ours: late, floor: early };
      rounds.push(both);
      say(`${what}: round ${round} of ${this.options.rounds}: ${told(both.ours)}; floor ${told(both.floor)}`);
    }
    return rounds;
  }

  /** Rounds of ours alone, where the floor has no such job. */
  async alone(what: string, ours: () => Promise<Measured>): Promise<readonly Measured[]> {
    say(`${what}: warm-up`);
    await ours();
    const rounds: Measured[] = [];
    for (let round = 1; round <= this.options.rounds; round++) {
      rounds.push(await ours());
      say(`${what}: round ${round} of ${this.options.rounds}: ${told(rounds.at(-1))}`);
    }
    return rounds;
  }

  async close(): Promise<void> {
    await Promise.all([this.ours.program.stop(), this.floor.program.stop(), this.generator.stop()]);
  }
}

/** A load, and what each call of it cost the processors of who answered. */
export interface Measured extends Load {
  readonly processorMicros: number;
}

export interface Round {
  readonly ours: Measured;
  readonly floor: Measured;
}

/** Progress, beside the table. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function told(load: Measured | undefined): string {
  if (!load) return '–';
  const [p50, p99] = [load.p50Ms, load.p99Ms].map((ms) => ms.toFixed(2));
  return `p50 ${p50} ms, p99 ${p99} ms, ${Math.round(load.perSecond)}/s, ${Math.round(load.processorMicros)} µs`;
}
