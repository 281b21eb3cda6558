/** So long after the first look nothing that was cut off can still be committed: the database ends a statement long before. */
const LOOKS = 6;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

interface Look {
  readonly at: number;
  readonly pauseMs: number;
  readonly missed: number;
}

/**
 * Executions that may be this process's own although nothing here runs them: the answer to a begin or a claim was lost.
 * A statement that was cut off may still be committed, so each is looked for at once and then ever more rarely.
 */
export class Adrift {
  readonly #looks = new Map<string, Look>();

  add(id: string, now: number): void {
    this.#looks.set(id, { at: now, pauseMs: FIRST_PAUSE_MS, missed: 0 });
  }

  /** Those to look for now. */
  due(now: number): readonly string[] {
    return [...this.#looks].filter(([, { at }]) => at <= now).map(([id]) => id);
  }

  /** When to look next; never, where there is none. */
  get nextAt(): number {
    return Math.min(...[...this.#looks.values()].map(({ at }) => at));
  }

  found(id: string): void {
    this.#looks.delete(id);
  }

  /** The journal has it, and not as this process's own: so far, or for good. */
  missed(id: string, now: number): void {
    const look = this.#looks.get(id);
    if (!look) return;
    if (look.missed + 1 === LOOKS) this.#looks.delete(id);
    else this.#later(id, look, look.missed + 1, now);
  }

  /** Nobody could say. */
  unclear(id: string, now: number): void {
    const look = this.#looks.get(id);
    if (look) this.#later(id, look, look.missed, now);
  }

  #later(id: string, { pauseMs }: Look, missed: number, now: number): void {
    this.#looks.set(id, { at: now + pauseMs, pauseMs: Math.min(LONGEST_PAUSE_MS, 2 * pauseMs), missed });
  }
}
