import { AppError } from '#libs/kernel/index.js';

/** Changed, cut, or moved to another place since it was sealed. Nothing of it is ever given out. */
export class SealBroken extends AppError {
  readonly code = 'secret.broken';
  readonly kind = 'unavailable';
  constructor() {
    super('A stored secret cannot be opened: it was changed since it was stored. Store it again.', {
      retryAfterSeconds: 3_600,
    });
  }
}

export class SealKeyMissing extends AppError {
  readonly code = 'secret.key-missing';
  readonly kind = 'unavailable';
  constructor(keyId: string) {
    super(
      `A stored secret needs the key "${keyId}", which is not in RENUM_SECRET_KEYS. Put it back at the end of the list.`,
      {
        retryAfterSeconds: 3_600,
      },
    );
  }
}
