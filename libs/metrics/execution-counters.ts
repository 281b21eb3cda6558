import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { Journal, Tail } from '#libs/journal/index.js';
import { RecentMap } from '#libs/kernel/index.js';
import type { JournalEvent, StepId } from '#libs/workflow/index.js';
import { type Count, countEvents, runnersOf } from './count-events.js';

type RunnerOf = (step: StepId) => string;

/** As many as are usually in flight. Of those not heard of for long (they wait for people) the journal tells again. */
const MOST_RUNS = 2_000;

/** Counts what this process commits to the journal. Figures that must not miss anything are read from the journal. */
@Injectable()
export class ExecutionCounters implements OnModuleInit {
  readonly #log = new Logger('metrics');
  readonly #runners = new RecentMap<RunnerOf>(MOST_RUNS);
  readonly #executions: Counter;
  readonly #steps: Counter;
  readonly #tokens: Counter;
  readonly #cost: Counter;

  constructor(
    registry: Registry,
    private readonly journal: Journal,
    private readonly tail: Tail,
  ) {
    const counter = (name: string, help: string, labelNames: string[]): Counter =>
      new Counter({ name, help, labelNames, registers: [registry] });
    this.#executions = counter('renum_executions_finished_total', 'Executions that ended, by outcome.', ['outcome']);
    this.#steps = counter('renum_steps_finished_total', 'Steps that ended, by what performed them and outcome.', [
      'runner',
      'outcome',
    ]);
    this.#tokens = counter('renum_tokens_total', 'Tokens that models were sent and gave back.', [
      'direction',
      'provider',
    ]);
    this.#cost = counter('renum_cost_usd_total', 'Known cost of model calls in US dollars.', ['provider']);
  }

  onModuleInit(): void {
    this.tail.observe((executionId, events) => this.#observe(executionId, events));
  }

  #observe(executionId: string, events: readonly JournalEvent[]): void {
    const first = events[0];
    if (first?.body.kind === 'execution-started') this.#runners.set(executionId, runnersOf(first));
    const known = this.#runners.get(executionId);
    if (known) this.#count(executionId, events, known);
    else void this.#countLater(executionId, events);
  }

  /** A run that another process began: its first event tells what performs its steps. */
  async #countLater(executionId: string, events: readonly JournalEvent[]): Promise<void> {
    try {
      const [first] = await this.journal.publicEvents(executionId, 0, 1);
      const runnerOf = runnersOf(first);
      this.#runners.set(executionId, runnerOf);
      this.#count(executionId, events, runnerOf);
    } catch (error) {
      this.#log.warn(`events not counted: ${String(error)}`);
    }
  }

  #count(executionId: string, events: readonly JournalEvent[], runnerOf: RunnerOf): void {
    for (const count of countEvents(events, runnerOf)) this.#add(count);
    if (events.some(({ body }) => body.kind === 'execution-finished')) this.#runners.delete(executionId);
  }

  #add(count: Count): void {
    switch (count.counter) {
      case 'executions':
        this.#executions.inc({ outcome: count.outcome });
        break;
      case 'steps':
        this.#steps.inc({ runner: count.runner, outcome: count.outcome });
        break;
      case 'tokens':
        this.#tokens.inc({ direction: count.direction, provider: count.provider }, count.by);
        break;
      case 'cost':
        this.#cost.inc({ provider: count.provider }, count.byUsd);
        break;
    }
  }
}
