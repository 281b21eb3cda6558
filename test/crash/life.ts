// A life that ends by a kill: the child of engine.spec.ts. Takes over what an earlier life left, accepts runs, says
// which were accepted, and goes on until everything is finished, unless it is killed before.
import { writeSync } from 'node:fs';
import type { Workflow } from '#libs/compiler/index.js';
import { EngineWorld } from '#libs/executions/testing/engine.world.js';
import { HurriedClock } from './hurried.clock.js';
import { WitnessedRunner } from './witness.js';

/** What a life is to do, told as JSON. */
export interface Errand {
  readonly workflow: Workflow;
  readonly prompt: string;
  /** By agent. */
  readonly systemPrompts?: Readonly<Record<string, string>>;
  /** So many runs are accepted, all at the same time. */
  readonly runs: number;
}

async function live(dataDir: string, { workflow, prompt, systemPrompts, runs }: Errand): Promise<void> {
  const clock = new HurriedClock();
  const world = await EngineWorld.inFolder(dataDir, clock);
  const engine = world.engine({ runner: new WitnessedRunner(dataDir, clock) });
  await engine.takeOver();
  const accepting = Array.from({ length: runs }, async () => {
    const id = await world.accept(engine, workflow, prompt, systemPrompts);
    // Written at once and unbuffered: what was said before the kill is heard.
    writeSync(1, `${id}\n`);
  });
  await Promise.all(accepting);
  const open = await world.journal.list('u1', { statuses: ['pending', 'running'], limit: 1_000, offset: 0 });
  await Promise.all(open.map(({ id }) => world.finished(id)));
  await world.close();
}

const [, , dataDir = '', errand = ''] = process.argv;
void live(dataDir, JSON.parse(errand));
