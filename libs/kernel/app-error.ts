/** Why a request or a step could not be served, in the terms of the domain. Only the HTTP edge turns it into a status. */
export type ErrorKind =
  | 'invalid'
  | 'malformed'
  | 'broken'
  | 'unauthenticated'
  | 'missing'
  | 'forbidden'
  | 'conflict'
  | 'gone'
  | 'too-large'
  | 'unsupported'
  | 'limited'
  | 'unavailable'
  | 'unimplemented';

/** Texts by field, each field a dotted path into the body or a parameter's name. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/**
 * The one way a service says no. `code` is `area.reason` and stable; the message is plain English for the caller and
 * never holds a secret, a path, SQL or a host name. `errors` names fields where the caller can mend something.
 */
export abstract class AppError extends Error {
  abstract readonly code: string;
  abstract readonly kind: ErrorKind;
  readonly errors: FieldErrors | undefined;
  /** Seconds after which asking again makes sense; always set for `limited` and `unavailable`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, extra: { errors?: FieldErrors; retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = new.target.name;
    this.errors = extra.errors;
    this.retryAfterSeconds = extra.retryAfterSeconds;
  }
}

/** Input of the right form that breaks a rule of its fields: 422, every field named. */
export class Invalid extends AppError {
  readonly kind = 'invalid';
  readonly code: string;
  constructor(errors: FieldErrors, code = 'request.invalid') {
    const first = Object.entries(errors)[0];
    super(first ? `${first[0]} ${first[1][0] ?? 'is invalid'}` : 'Validation failed', { errors });
    this.code = code;
  }
}
