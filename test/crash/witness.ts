import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#libs/kernel/index.js';
import {
  type AgentRunner,
  type Conversation,
  type RunnerAnswer,
  SimRunner,
  type StepRequest,
  type Watch,
} from '#libs/runners/index.js';

/** A simulated agent whose every performance leaves a line on the disk before anything else happens. */
export class WitnessedRunner implements AgentRunner {
  readonly kind = 'sim';
  readonly #sim: SimRunner;

  constructor(
    private readonly dataDir: string,
    clock: Clock,
  ) {
    this.#sim = new SimRunner(clock);
  }

  run(step: StepRequest, ...rest: [Watch, AbortSignal, Conversation]): Promise<RunnerAnswer> {
    const file = openSync(fileIn(this.dataDir), 'a');
    writeSync(file, `${step.key}\n`);
    fsyncSync(file);
    closeSync(file);
    return this.#sim.run(step, ...rest);
  }
}

/** The key of every performance in any process so far, in order. */
export function performedIn(dataDir: string): readonly string[] {
  const file = fileIn(dataDir);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'performed.log');
}
