export const ENVIRONMENTS = ['development', 'test', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** A value as it was written: text, or a list where YAML has one. Variables write a list with commas. */
export type Raw = string | readonly string[];

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly because: string };

/** What a key may hold. `because` and `allowed` end the sentence "must be …". */
export interface Kind<T> {
  readonly allowed: string;
  /** Secrets are never shown, and their variables have a twin `…_FILE` that names a file holding the value. */
  readonly secret: boolean;
  parse(raw: Raw): Parsed<T>;
}

interface About {
  /** Place in the YAML files; without one the key is a variable only. */
  readonly path?: string;
  /** Without one: `RENUM_` and the path in upper snake case. */
  readonly variable?: string;
  readonly comment: string;
  /** What holds when nobody says anything, in words for the table; needed where the default is no plain value. */
  readonly unset?: string;
  /** Defaults that differ in an environment. */
  readonly in?: Partial<Record<Environment, Raw>>;
  /** May change while the server runs. */
  readonly live?: true;
  /** Accepted and checked, but not yet in effect: what holds until then. */
  readonly later?: string;
}

/** One key of the configuration, declared once. Everything else (types, checks, table, YAML files) is derived from it. */
export class Key<out T> {
  readonly kind: Kind<T>;
  readonly path: string | undefined;
  readonly variable: string;
  readonly comment: string;
  readonly unset: string | undefined;
  readonly live: boolean;
  readonly later: string | undefined;
  readonly #default: Raw | undefined;
  readonly #defaultIn: Partial<Record<Environment, Raw>>;

  constructor(kind: Kind<T>, about: About & { readonly default?: Raw }) {
    this.kind = kind;
    this.path = about.path;
    this.variable = about.variable ?? `RENUM_${snake(about.path ?? '')}`;
    this.comment = about.comment;
    this.unset = about.unset;
    this.live = about.live ?? false;
    this.later = about.later;
    this.#default = about.default;
    this.#defaultIn = about.in ?? {};
  }

  /** How messages call it: by its place in the files, or by its variable. */
  get name(): string {
    return this.path ?? this.variable;
  }

  get variesByEnvironment(): boolean {
    return Object.keys(this.#defaultIn).length > 0;
  }

  defaultIn(environment: Environment): Raw | undefined {
    return this.#defaultIn[environment] ?? this.#default;
  }
}

/** With a default a key always has a value; without one it may be `undefined`. */
export function key<T>(kind: Kind<T>, about: About & { readonly default: Raw }): Key<T>;
export function key<T>(kind: Kind<T>, about: About): Key<T | undefined>;
export function key<T>(kind: Kind<T>, about: About & { readonly default?: Raw }): Key<T | undefined> {
  return new Key(kind, about);
}

/** `http.corsOrigins`, `http.cors_origins` and `httpCorsOrigins` are the same place: `HTTP_CORS_ORIGINS`. */
export function snake(path: string): string {
  return path
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[.\- ]/g, '_')
    .toUpperCase();
}
