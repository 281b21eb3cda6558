import { AsyncLocalStorage } from 'node:async_hooks';
// Not the global, which fake timers replace: a unit must end although a test holds the clock.
import { setImmediate } from 'node:timers';
import { DatabaseUnavailable, NestedUnit, UnitCrossedTurn } from './database.errors.js';
import { commitTogether, type SyncEntry } from './group-commit.js';
import { sqliteText, sqliteValue, type Value } from './portable.js';
import type { Sql } from './statements.js';
import { type Tx, UnitOfWork } from './unit-of-work.js';
import type { UnitRunner } from './unit-runner.js';
import { told, type Writer } from './writer.js';

/** One turn of the queue, for metrics: how many units it took and how long the writing handle was busy with them. */
export interface Turn {
  readonly kind: 'sync' | 'async';
  readonly units: number;
  readonly durationMs: number;
}

interface AsyncEntry {
  readonly kind: 'async';
  /** Runs the unit in the context of whoever asked for it, and resolves with how to tell them. */
  readonly run: (open: OpenUnit) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

/** An async unit between its BEGIN and its end. */
interface OpenUnit {
  readonly entry: AsyncEntry;
  readonly runner: UnitRunner;
  readonly since: number;
  open: boolean;
}

/** A bound on how long one batch keeps the event loop; the rest of the queue follows in the next turn. */
const LARGEST_BATCH = 256;

/** One queue, first come, first served: TypeORM's units one at a time, what waits of the others in one COMMIT. */
export class SqliteUnitOfWork extends UnitOfWork {
  #queue: (SyncEntry | AsyncEntry)[] = [];
  #current: OpenUnit | undefined;
  #scheduled = false;
  #inSyncUnit = false;
  #closed = false;
  #edition = 0;
  #drained: (() => void)[] = [];
  #observers = new Set<(turn: Turn) => void>();
  readonly #inside = new AsyncLocalStorage<OpenUnit>();

  constructor(
    private readonly writer: Writer,
    private readonly newRunner: () => UnitRunner,
    private readonly onBug: (bug: Error) => void = () => undefined,
  ) {
    super();
  }

  get transactions(): number {
    return this.writer.transactions;
  }

  /** One server lives in a data folder, and what the commands beside it write is not what `Remembered` is for. */
  get edition(): number {
    return this.#edition;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Whether the caller is part of a unit that is under way. */
  get isInside(): boolean {
    return this.#inSyncUnit || this.#inside.getStore()?.open === true;
  }

  /** Calls `observer` after every turn, until the returned function is called. */
  observe(observer: (turn: Turn) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /**
   * A closure of prepared statements; all that wait together share one COMMIT. It checks before its first write: what
   * throws before writing refuses only its own caller and rolls nothing back. A unit that may throw later says
   * `savepoint` (about a microsecond). It may run twice, when a neighbour broke these rules: it keeps no state outside.
   */
  sync<T>(unit: (sql: Sql) => T, { savepoint = false }: { savepoint?: boolean } = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#enqueue({ kind: 'sync', savepoint, reject, unit: (sql) => this.#callSync(unit, sql, resolve) });
    });
  }

  /**
   * Alone in its transaction. One that is still open when the turn of the event loop ends has awaited something else than
   * the database: it is rolled back and fails with `UnitCrossedTurn`.
   */
  run<T>(unit: (tx: Tx) => Promise<T>): Promise<T> {
    // Its turn comes in somebody else's context; what it asks of the request must be answered with its own.
    const inOwnContext = AsyncLocalStorage.snapshot();
    return new Promise<T>((resolve, reject) => {
      this.#enqueue({
        kind: 'async',
        reject,
        run: (open) =>
          inOwnContext(() => this.#inside.run(open, () => this.#callAsync(unit, open.runner.manager, resolve))),
      });
    });
  }

  write(text: string, ...values: readonly Value[]): Promise<number> {
    const bound = values.map(sqliteValue);
    return this.sync((sql) => sql.prepared(sqliteText(text)).run(...bound).changes);
  }

  /** Refuses what comes from now on and resolves when everything accepted before has been answered. */
  close(): Promise<void> {
    this.#closed = true;
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#schedule();
    });
  }

  async #callAsync<T>(unit: (tx: Tx) => Promise<T>, tx: Tx, resolve: (value: T) => void): Promise<() => void> {
    const value = await unit(tx);
    return () => resolve(value);
  }

  #callSync<T>(unit: (sql: Sql) => T, sql: Sql, resolve: (value: T) => void): () => void {
    this.#inSyncUnit = true;
    try {
      const value = unit(sql);
      if (value instanceof Promise) throw new TypeError('A sync unit returned a promise; use `run` for what awaits.');
      return () => resolve(value);
    } finally {
      this.#inSyncUnit = false;
    }
  }

  #enqueue(entry: SyncEntry | AsyncEntry): void {
    const refusal = this.#refusal();
    if (refusal) {
      entry.reject(refusal);
      return;
    }
    this.#queue.push(entry);
    this.#schedule();
  }

  #refusal(): Error | undefined {
    if (this.isInside) return new NestedUnit();
    if (this.#closed) return new DatabaseUnavailable();
    return undefined;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#takeTurn();
    });
    // Both stand side by side in one phase of the event loop: only microtasks run between them, no timer and no I/O.
    setImmediate(() => {
      if (this.#current) this.#crossed(this.#current);
    });
  }

  #takeTurn(): void {
    const [first] = this.#queue;
    if (!first) {
      for (const resolve of this.#drained.splice(0)) resolve();
      return;
    }
    if (first.kind === 'async') this.#runAlone(first);
    else this.#runTogether();
    this.#schedule();
  }

  #runTogether(): void {
    const since = performance.now();
    const batch = this.#takeSyncEntries();
    commitTogether(this.writer, batch);
    this.#observed({ kind: 'sync', units: batch.length, durationMs: performance.now() - since });
  }

  #takeSyncEntries(): readonly SyncEntry[] {
    const batch: SyncEntry[] = [];
    for (const entry of this.#queue) {
      if (entry.kind === 'async' || batch.length === LARGEST_BATCH) break;
      batch.push(entry);
    }
    this.#queue.splice(0, batch.length);
    return batch;
  }

  /** TypeORM over better-sqlite3 awaits nothing but microtasks, so an honest unit ends before the turn does. */
  #runAlone(entry: AsyncEntry): void {
    this.#queue.shift();
    const since = performance.now();
    try {
      this.writer.begin();
    } catch (error) {
      entry.reject(told(error));
      return;
    }
    const unit: OpenUnit = { entry, runner: this.newRunner(), since, open: true };
    this.#current = unit;
    entry.run(unit).then(
      (answer) => this.#succeeded(unit, answer),
      (error: unknown) => this.#failed(unit, error),
    );
  }

  #succeeded(unit: OpenUnit, answer: () => void): void {
    if (!unit.open) return;
    try {
      this.writer.commit();
    } catch (error) {
      this.#failed(unit, error);
      return;
    }
    this.#ended(unit);
    answer();
  }

  #failed(unit: OpenUnit, error: unknown): void {
    if (!unit.open) return;
    this.writer.rollback();
    this.#ended(unit);
    unit.entry.reject(told(error));
  }

  #crossed(unit: OpenUnit): void {
    const bug = new UnitCrossedTurn();
    this.#failed(unit, bug);
    this.onBug(bug);
  }

  #ended(unit: OpenUnit): void {
    unit.open = false;
    this.#edition += 1;
    unit.runner.end();
    this.#current = undefined;
    this.#observed({ kind: 'async', units: 1, durationMs: performance.now() - unit.since });
  }

  #observed(turn: Turn): void {
    for (const observer of this.#observers) observer(turn);
  }
}
