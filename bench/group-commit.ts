import type BetterSqlite3 from 'better-sqlite3';

interface Append {
  readonly id: string;
  readonly seq: number;
  readonly body: string;
  readonly done: () => void;
}

/** Rows that arrive in one turn of the event loop share one COMMIT; each is answered after it. */
export class GroupCommit {
  #waiting: Append[] = [];
  readonly #commit: (batch: readonly Append[]) => void;

  constructor(database: BetterSqlite3.Database) {
    database.exec('CREATE TABLE IF NOT EXISTS step (id TEXT, seq INTEGER, body TEXT, PRIMARY KEY (id, seq)) STRICT');
    const insert = database.prepare<[string, number, string]>('INSERT INTO step (id, seq, body) VALUES (?, ?, ?)');
    const together = database.transaction((batch: readonly Append[]) => {
      for (const { id, seq, body } of batch) insert.run(id, seq, body);
    });
    this.#commit = (batch) => together.immediate(batch);
  }

  append(id: string, seq: number, body: string): Promise<void> {
    return new Promise((done) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#flush());
      this.#waiting.push({ id, seq, body, done });
    });
  }

  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#commit(batch);
    for (const { done } of batch) done();
  }
}
