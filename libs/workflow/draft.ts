import { Growth } from './growth.js';
import { put } from './put.js';
import type { State } from './state.js';

type Maps = 'steps' | 'rounds' | 'loops' | 'charges' | 'variables' | 'messages';
type Facts = Omit<State, Maps>;
export type Grows = Pick<Growth, 'grown'>;

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
  #growth: Grows | null;

  /** `growth` is asked what its variables become. */
  constructor(before: State, growth: Grows | null = null) {
    this.#growth = growth;
    this.#state = { ...before };
    this.steps = new Layer(before.steps);
    this.rounds = new Layer(before.rounds);
    this.loops = new Layer(before.loops);
    this.charges = new Layer(before.charges);
    this.variables = new Layer(before.variables);
    this.messages = new Layer(before.messages);
  }

  get growth(): Grows {
    this.#growth ??= new Growth();
    return this.#growth;
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
    put(this.#own, key, value);
  }
}
