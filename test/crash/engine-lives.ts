import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Workflow } from '#libs/compiler/index.js';
import { EngineWorld } from '#libs/executions/testing/engine.world.js';
import { foldAll, type JournalEvent, type State } from '#libs/workflow/index.js';
import { tempFolder } from '../harness/index.js';
import { HurriedClock } from './hurried.clock.js';
import type { Errand } from './life.js';
import { performedIn, WitnessedRunner } from './witness.js';

const TYPESCRIPT = join(__dirname, '..', 'typescript.cjs');
const LIFE = join(__dirname, 'life.ts');
const NOTHING_NEW: Errand = { runs: 0, workflow: workflow('sequential', ['a']), prompt: '' };

/** A run after it was brought to its end by the process that came last. */
export interface Ended {
  readonly id: string;
  readonly state: State;
  readonly kinds: readonly string[];
  /** How often each attempt was performed over all lives, by `step.attempt`. */
  readonly performed: Readonly<Record<string, number>>;
}

/** A data folder and the processes that live on it, one after another, each until it is killed. */
export class EngineLives {
  readonly dataDir = tempFolder();

  /** A process that must be killed at that point; the ids of the runs whose acceptance it answered. */
  killed(crashAt: string, errand: Errand = NOTHING_NEW): readonly string[] {
    const life = this.lived(errand, crashAt);
    if (life.signal !== 'SIGKILL') throw new Error(`It never came to ${crashAt}: ${life.stderr}`);
    return life.accepted;
  }

  lived(errand: Errand, crashAt = '') {
    const { error, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [TYPESCRIPT, LIFE, this.dataDir, JSON.stringify(errand)],
      {
        env: { PATH: process.env.PATH, RENUM_ENV: 'test', RENUM_CRASH_AT: crashAt },
        encoding: 'utf8',
        timeout: 30_000,
      },
    );
    if (error) throw error;
    return { signal, stderr, accepted: stdout.split('\n').filter(Boolean) };
  }

  /** The last process: finds what is there, brings it to its end, and checks what must hold whatever happened. */
  async survive(accepted: readonly string[] = []): Promise<readonly Ended[]> {
    const clock = new HurriedClock();
    const world = await EngineWorld.inFolder(this.dataDir, clock);
    try {
      const found = await world.journal.list('u1', { limit: 1_000, offset: 0 });
      const ids = found.map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining([...accepted]));
      const before = await Promise.all(ids.map(async (id) => recordedIn(id, await world.journal.events(id))));
      const performedBefore = performedIn(this.dataDir).length;

      await world.engine({ runner: new WitnessedRunner(this.dataDir, clock) }).takeOver();
      const ended = await Promise.all(
        ids.map(async (id): Promise<Ended> => {
          await world.finished(id);
          const events = await world.journal.events(id);
          expectOneWholeStory(events);
          expect((await world.journal.find(id))?.status).toBe(foldAll(events).status);
          return {
            id,
            state: foldAll(events),
            kinds: events.map(({ body }) => body.kind),
            performed: this.#countOf(id),
          };
        }),
      );

      const recorded = new Set(before.flat());
      const performedNow = performedIn(this.dataDir).slice(performedBefore);
      expect(performedNow.filter((key) => recorded.has(key))).toEqual([]);
      expect(await world.database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      expect(await world.database.all('PRAGMA foreign_key_check')).toEqual([]);
      return ended;
    } finally {
      await world.close();
    }
  }

  #countOf(id: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const key of performedIn(this.dataDir)) {
      if (!key.startsWith(`${id}.`)) continue;
      const attempt = key.slice(id.length + 1);
      counts[attempt] = (counts[attempt] ?? 0) + 1;
    }
    return counts;
  }
}

/** Keys of the attempts whose result the journal holds. */
function recordedIn(id: string, events: readonly JournalEvent[]): readonly string[] {
  return events.flatMap(({ body }) =>
    body.kind === 'step-succeeded' || body.kind === 'step-retrying' || body.kind === 'step-failed'
      ? [`${id}.${body.step}.${body.attempt}`]
      : [],
  );
}

/** Numbers without a gap, inner and public, and exactly one end, which is the last public word. */
function expectOneWholeStory(events: readonly JournalEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const shown = events.filter(({ publicSeq }) => publicSeq !== null);
  expect(shown.map(({ publicSeq }) => publicSeq)).toEqual(shown.map((_, index) => index + 1));
  expect(events.filter(({ body }) => body.kind === 'execution-finished')).toHaveLength(1);
  expect(shown.at(-1)?.body.kind).toBe('execution-finished');
}

export function workflow(type: 'sequential' | 'parallel', agents: readonly string[], extra: object = {}): Workflow {
  return {
    type,
    agents: agents.map((agent_id, index) => ({
      agent_id,
      execution_order: index + 1,
      input: { source: 'initial_prompt' },
      ...extra,
    })),
  };
}
