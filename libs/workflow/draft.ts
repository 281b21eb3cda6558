import type { State } from './state.js';

type Facts = Omit<State, 'steps' | 'rounds' | 'loops' | 'charges'>;

/**
 * A state in the making. It shares the maps of the state it came from until it writes to one, and copies that one then:
 * nobody sees a state change that was handed out, and folding a whole journal copies each map once.
 */
export class Draft {
  readonly steps: Layer<State['steps'][string]>;
  readonly rounds: Layer<number>;
  readonly loops: Layer<number>;
  readonly charges: Layer<State['charges'][string]>;
  #facts: Facts;

  constructor(before: State) {
    const { steps, rounds, loops, charges, ...facts } = before;
    this.steps = new Layer(steps);
    this.rounds = new Layer(rounds);
    this.loops = new Layer(loops);
    this.charges = new Layer(charges);
    this.#facts = facts;
  }

  get facts(): Facts {
    return this.#facts;
  }

  set(changes: Partial<Facts>): void {
    this.#facts = { ...this.#facts, ...changes };
  }

  done(): State {
    const { steps, rounds, loops, charges } = this;
    return { ...this.#facts, steps: steps.all, rounds: rounds.all, loops: loops.all, charges: charges.all };
  }
}

class Layer<T> {
  #own: Record<string, T> | null = null;

  constructor(private readonly shared: Readonly<Record<string, T>>) {}

  get all(): Readonly<Record<string, T>> {
    return this.#own ?? this.shared;
  }

  get(key: string): T | undefined {
    return this.all[key];
  }

  put(key: string, value: T): void {
    this.#own ??= { ...this.shared };
    this.#own[key] = value;
  }
}
