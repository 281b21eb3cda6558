import type { Tx } from '#libs/platform/database/index.js';

/** Who is who, for rooms that let people name one another. Declared here, filled by identity, wired by apps. */
export abstract class People {
  /** The user ids of those among `names` (user ids or e-mail addresses) who can sign in; by name as it was given. */
  abstract idsOf(tx: Tx, names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
