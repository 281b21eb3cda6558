import { approvalWrites } from '#libs/collaboration/index.js';
import { compile, type Workflow } from '#libs/compiler/index.js';
import { type Journal, openJournal, Tail } from '#libs/journal/index.js';
import { type Clock, newId, SystemClock } from '#libs/kernel/index.js';
import { type Database, openDatabase } from '#libs/platform/database/index.js';
import { testDatabase } from '#libs/platform/database/testing/test-database.js';
import { type AgentRunner, SimRunner } from '#libs/runners/index.js';
import { type ExecutionStarted, foldAll, JOURNAL_FORMAT, type JournalEvent, type State } from '#libs/workflow/index.js';
import { migrations } from '#migrations/index.js';
import { beginning } from '../beginning.js';
import { Engine, type EngineOptions } from '../engine.js';
import { Performer } from '../performer.js';
import { frozen } from '../snapshot.js';

/** A real journal and as many engines (processes) on it as a test needs. */
export class EngineWorld {
  readonly tail = new Tail();
  readonly reports: { readonly message: string; readonly execution: string }[] = [];
  readonly journal: Journal;
  readonly #engines: Engine[] = [];

  private constructor(
    readonly database: Database,
    readonly clock: Clock,
  ) {
    this.journal = openJournal(database);
  }

  static async open(clock: Clock = new SystemClock()): Promise<EngineWorld> {
    return new EngineWorld(await testDatabase({ entities: [], migrations }), clock);
  }

  /** On the file in `dataDir`, as a server would: nobody else may have it open. */
  static async inFolder(dataDir: string, clock: Clock = new SystemClock()): Promise<EngineWorld> {
    return new EngineWorld(
      await openDatabase({ url: undefined, dataDir, env: 'test', entities: [], migrations }),
      clock,
    );
  }

  engine({
    runner = new SimRunner(this.clock),
    width = 100,
    stepTimeoutMs = 600_000,
    writesFor = approvalWrites,
  }: {
    runner?: AgentRunner;
    width?: number;
    stepTimeoutMs?: number;
    writesFor?: EngineOptions['writesFor'];
  } = {}): Engine {
    const performer = new Performer({ for: () => runner }, this.tail, this.clock, width);
    const engine = new Engine(this.journal, this.tail, performer, this.clock, {
      stepTimeoutMs,
      report: (message, { execution }) => this.reports.push({ message, execution }),
      writesFor,
    });
    this.#engines.push(engine);
    return engine;
  }

  /** Accepts a run as the service does; agents are simulated, their system prompts by agent id. */
  async accept(
    engine: Engine,
    workflow: Workflow,
    prompt: string,
    systemPrompts: Record<string, string> = {},
  ): Promise<string> {
    const plan = compile(workflow);
    if (Array.isArray(plan)) throw new Error(JSON.stringify(plan));
    const id = newId();
    const agents = Object.fromEntries(
      plan.nodes.map(({ agentId }) => {
        const systemPrompt = systemPrompts[agentId] ?? '';
        return [agentId, frozen({ id: agentId, name: agentId, runner: 'sim', model: 'sim/test', systemPrompt })];
      }),
    );
    const started: ExecutionStarted = {
      kind: 'execution-started',
      format: JOURNAL_FORMAT,
      executionId: id,
      userId: 'u1',
      teamId: 't1',
      teamName: 'Team',
      prompt,
      plan,
      agents,
      prices: {},
    };
    const { events, state, writes } = beginning(started, this.clock.now(), 0.5);
    await this.journal.begin({ id, userId: 'u1', teamId: 't1', owner: engine.owner }, events, 1_000, writes);
    engine.begin(id, state, events);
    return id;
  }

  async state(id: string): Promise<State> {
    return foldAll(await this.journal.events(id));
  }

  async kinds(id: string): Promise<readonly string[]> {
    return (await this.journal.events(id)).map(({ body }) => body.kind);
  }

  /** Resolves with the first event that fits, from now on or already there. */
  async seen(id: string, fits: (event: JournalEvent) => boolean): Promise<JournalEvent> {
    const { promise, resolve } = Promise.withResolvers<JournalEvent>();
    const look = (events: readonly JournalEvent[]): void => {
      const found = events.find(fits);
      if (found) resolve(found);
    };
    const unfollow = this.tail.follow(id, { events: look });
    look(await this.journal.events(id));
    return promise.finally(unfollow);
  }

  async finished(id: string): Promise<State> {
    await this.seen(id, ({ body }) => body.kind === 'execution-finished');
    return this.state(id);
  }

  async cancel(engine: Engine, id: string): Promise<void> {
    const event = await this.journal.note(id, { kind: 'cancel-requested', by: 'u1', reason: 'test' }, this.clock.now());
    if (event) this.tail.publish(id, [event]);
    await engine.nudge(id);
  }

  async close(): Promise<void> {
    for (const engine of this.#engines) await engine.stop();
    await this.database.close();
  }
}
