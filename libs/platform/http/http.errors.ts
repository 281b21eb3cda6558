import { AppError, type FieldErrors, Invalid } from '#libs/kernel/index.js';

/** The call needs someone to answer for it, and named nobody we know. */
export class Unauthenticated extends AppError {
  readonly kind = 'unauthenticated';
  readonly code: string;
  constructor(message = 'Sign in, or send a valid bearer token.', code = 'auth.required') {
    super(message);
    this.code = code;
  }
}

export class Forbidden extends AppError {
  readonly kind = 'forbidden';
  readonly code = 'auth.forbidden';
  constructor(permission: string) {
    super(`This needs the permission ${permission}.`);
  }
}

/** Nothing is there, or nothing of the caller's: the two answer alike. */
export class NotHere extends AppError {
  readonly kind = 'missing';
  readonly code = 'resource.not-found';
  constructor(message = 'There is nothing here under this id.') {
    super(message);
  }
}

/** The bytes are not what they say they are: no JSON, no UTF-8, too deep, a broken escape. */
export class Malformed extends AppError {
  readonly kind = 'malformed';
  readonly code = 'request.malformed';
}

export class EncodedBody extends AppError {
  readonly kind = 'unsupported';
  readonly code = 'request.unsupported-encoding';
  constructor() {
    super('Send the body without Content-Encoding.');
  }
}

export class ForeignCharset extends AppError {
  readonly code = 'request.unsupported-charset';
  readonly kind = 'unsupported';
  constructor() {
    super('JSON is read as UTF-8; leave the charset of the content type out.');
  }
}

export class KeyInvalid extends Invalid {
  constructor() {
    const errors: FieldErrors = { 'Idempotency-Key': ['must be 1 to 255 visible ASCII characters'] };
    super(errors, 'idempotency.key-invalid');
  }
}

export class KeyReused extends Invalid {
  constructor() {
    super({ 'Idempotency-Key': ['was already used with another body'] }, 'idempotency.key-reused');
  }
}

export class KeyInUse extends AppError {
  readonly kind = 'conflict';
  readonly code = 'idempotency.in-progress';
  constructor() {
    super('A request with this Idempotency-Key is still running.', { retryAfterSeconds: 1 });
  }
}

/** A route that says neither who may call it nor that everybody may: the house does not open its door. */
export class RoutesUndeclared extends Error {
  constructor(routes: readonly string[]) {
    super(`Every route declares @Allow('area:verb') or @Public(). Undeclared: ${routes.join(', ')}`);
    this.name = 'RoutesUndeclared';
  }
}
