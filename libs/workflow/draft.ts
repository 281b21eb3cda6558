import type { State } from './state.js';

type Maps = 'steps' | 'rounds' | 'loops' | 'charges' | 'variables' | 'messages';
type Facts = Omit<State, Maps>;

/**
 * A state in the making. It shares the maps of the state it came from until it writes to one, and copies that one then:
 * nobody sees a state change that was handed out, and folding a whole journal copies each map once. Done once.
 */
export class Draft {
  readonly steps: Layer<State['steps'][string]>;
  readonly rounds: Layer<number>;
  readonly loops: Layer<number>;
  readonly charges: Layer<State['charges'][string]>;
  readonly variables: Layer<State['variables'][string]>;
  readonly messages: Layer<State['messages'][string]>;
  readonly #state: State;

  constructor(before: State) {
    this.#state = { ...before };
    this.steps = new Layer(before.steps);
    this.rounds = new Layer(before.rounds);
    this.loops = new Layer(before.loops);
    this.charges = new Layer(before.charges);
    this.variables = new Layer(before.variables);
    this.messages = new Layer(before.messages);
  }

  get facts(): Facts {
    return this.#state;
  }

  set(changes: Partial<Facts>): void {
    Object.assign(this.#state, changes);
  }

  done(): State {
    const { steps, rounds, loops, charges, variables, messages } = this;
    return Object.assign(this.#state, {
      steps: steps.all,
      rounds: rounds.all,
      loops: loops.all,
      charges: charges.all,
      variables: variables.all,
      messages: messages.all,
    });
  }
}

const OWN = { configurable: true, enumerable: true, writable: true };

class Layer<T> {
  #own: Record<string, T> | null = null;

  constructor(private readonly shared: Readonly<Record<string, T>>) {}

  get all(): Readonly<Record<string, T>> {
    return this.#own ?? this.shared;
  }

  get(key: string): T | undefined {
    return Object.hasOwn(this.all, key) ? this.all[key] : undefined;
  }

  put(key: string, value: T): void {
    this.#own ??= { ...this.shared };
    // Variables are named by agents: `__proto__` is a name like any other.
    if (key === '__proto__') Object.defineProperty(this.#own, key, { ...OWN, value });
    else this.#own[key] = value;
  }
}
