import { AppError } from '#libs/kernel/index.js';

/** The database cannot serve now: it is closing, full, locked by somebody else or unreadable. Nothing of the unit stays. */
export class DatabaseUnavailable extends AppError {
  readonly code = 'database.unavailable';
  readonly kind = 'unavailable';

  constructor(cause?: unknown, said = 'The database cannot take this now. Nothing was changed; please try again.') {
    super(said, { retryAfterSeconds: 2, cause });
  }
}

/** The database went away before it said whether it kept the unit. Looking again tells; trying again blindly may do it twice. */
export class OutcomeUnknown extends DatabaseUnavailable {
  constructor(cause: unknown) {
    super(cause, 'The database went away while this was written. It may have been kept: look before you try again.');
  }
}

/** A unit awaited something other than the database. A bug of the unit: it was rolled back and its `tx` is dead. */
export class UnitCrossedTurn extends Error {
  override readonly name = 'UnitCrossedTurn';

  constructor() {
    super(
      'A unit of work awaited something other than the database and was rolled back. Await it before or after the unit.',
    );
  }
}

/** A unit was asked for inside another one, where waiting for it would wait for ever. */
export class NestedUnit extends Error {
  override readonly name = 'NestedUnit';

  constructor() {
    super(
      'A unit of work cannot start another one. Pass `tx` (or `sql`) on to whatever should write together with it.',
    );
  }
}

/** A read beside the unit it stands in: it would not see what the unit wrote, and nobody would hold it to the unit's order. */
export class ReadBesideUnit extends Error {
  override readonly name = 'ReadBesideUnit';

  constructor() {
    super('A unit of work reads by its own `tx` (or `sql`), not beside it.');
  }
}

/** A write through the reading side. A bug: what writes stands inside a unit of work. */
export class WriteOutsideUnit extends Error {
  override readonly name = 'WriteOutsideUnit';

  constructor(statement: string) {
    super(`This writes and must stand inside a unit of work: ${statement.slice(0, 200)}`);
  }
}

/** The configured or existing database cannot be used. Only the operator can mend it; the process ends with 78. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';
  readonly exitCode = 78;

  constructor(place: string, cause: unknown) {
    super(`The database ${place} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** PostgreSQL could not be reached in time. Waiting longer may help, so the process ends with 1 and may be started again. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable';
  readonly exitCode = 1;

  constructor(place: string, waitedMs: number, cause: unknown) {
    const why = cause instanceof Error ? cause.message || cause.name : String(cause);
    super(`PostgreSQL at ${place} could not be reached within ${Math.round(waitedMs / 1_000)} s: ${why}`, { cause });
  }
}

/** Another server lives on this database. The process ends with 78. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse';
  readonly exitCode = 78;

  constructor(
    place: string,
    readonly holder: string,
  ) {
    super(
      `The database ${place} is in use by ${holder}. Several servers on one PostgreSQL share their ` +
        'work, limits and live events through Redis, which this release cannot use yet.',
    );
  }
}

/** Another server lives in this data folder. The process ends with 78. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  readonly exitCode = 78;

  constructor(
    readonly path: string,
    readonly pid: number | null,
  ) {
    super(`The data folder ${path} is in use by ${pid === null ? 'another process' : `the process with pid ${pid}`}.`);
  }
}

/** The data folder cannot be created or written. */
export class DataFolderUnwritable extends Error {
  override readonly name = 'DataFolderUnwritable';
  readonly exitCode = 78;

  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    super(`The data folder ${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
