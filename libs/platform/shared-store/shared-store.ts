import type { Json } from '#libs/kernel/index.js';

/** What is kept under a key until it is replaced, deleted or outlived. */
export interface Kept<T> {
  readonly key: string;
  readonly value: T;
  /** Another one with every write. */
  readonly version: string;
  /** Milliseconds since 1970; null: until it is deleted. From then on it is not there. */
  readonly expiresAt: number | null;
}

export interface Range {
  /** Of the keys; empty: all of them. */
  readonly prefix?: string;
  /** The last key of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** The values of one kind. Every call is one round trip and takes effect whole, whoever else writes at that moment. */
export abstract class Space<T extends Json> {
  abstract find(key: string): Promise<Kept<T> | null>;

  /** Whatever was there before. */
  abstract put(key: string, value: T, expiresAt: number | null): Promise<void>;

  /** Only where nothing is: of many at the same moment exactly one gets true. */
  abstract add(key: string, value: T, expiresAt: number | null): Promise<boolean>;

  /** Only where nobody has written since `seen` was read. */
  abstract replace(seen: Kept<T>, value: T, expiresAt: number | null): Promise<boolean>;

  /** Whether something was there. */
  abstract delete(key: string): Promise<boolean>;

  /** In order of their keys. */
  abstract list(range: Range): Promise<readonly Kept<T>[]>;
}

/**
 * Small records with an end that all processes must agree on and a restart must not lose: blocks, decisions, tickets.
 * What a room asks questions about has a table of its own; what may be forgotten is a counter.
 */
export abstract class SharedStore {
  /** `name` is `area.kind`, and for ever: it is part of what is kept. */
  abstract space<T extends Json>(name: string): Space<T>;
}
