import { AppError } from '#libs/kernel/index.js';
import { MOST_KEYS } from './key-changes.js';

export class KeyNotFound extends AppError {
  readonly code = 'api-key.not-found';
  readonly kind = 'missing';
  constructor() {
    super('You have no key for this service.');
  }
}

export class KeyLimitReached extends AppError {
  readonly code = 'api-key.limit-reached';
  readonly kind = 'broken';
  constructor() {
    super(`Maximum number of keys (${MOST_KEYS}) reached. Delete one first.`);
  }
}
