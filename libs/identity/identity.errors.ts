import { AppError } from '#libs/kernel/index.js';

/** One answer for unknown people, wrong passwords and disabled accounts: it must not tell them apart. */
export class LoginRefused extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'auth.credentials';
  constructor() {
    super('The e-mail address or the password is wrong.');
  }
}

export class LoginThrottled extends AppError {
  readonly kind = 'limited';
  readonly code = 'auth.too-many-attempts';
  constructor(retryAfterSeconds: number) {
    super('Too many failed attempts. Try again later.', { retryAfterSeconds });
  }
}

export class RegistrationThrottled extends AppError {
  readonly kind = 'limited';
  readonly code = 'auth.too-many-registrations';
  constructor(retryAfterSeconds: number) {
    super('Too many registrations from this address. Try again later.', { retryAfterSeconds });
  }
}

export class RegistrationClosed extends AppError {
  readonly kind = 'forbidden';
  readonly code = 'auth.registration-closed';
  constructor() {
    super('Registration is closed. Ask an administrator for an account.');
  }
}

export class EmailTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'auth.email-taken';
  constructor() {
    super('There is an account with this e-mail address already.');
  }
}

export class AccountNotFound extends AppError {
  readonly kind = 'missing';
  readonly code = 'user.not-found';
  constructor(email: string) {
    super(`There is no account ${email}.`);
  }
}

/** Unknown, spent or revoked: the session behind it must be opened anew by a login. */
export class RefreshRefused extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'auth.refresh';
  constructor() {
    super('This refresh token is not valid any more. Sign in again.');
  }
}

export class HashingBusy extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'auth.busy';
  constructor() {
    super('Too many people are signing in at this moment.', { retryAfterSeconds: 1 });
  }
}
