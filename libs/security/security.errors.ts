import { AppError } from '#libs/kernel/index.js';

export class RateLimited extends AppError {
  readonly kind = 'limited';
  readonly code = 'rate.limited';
  constructor(retryAfterSeconds: number) {
    super('Too many requests. Slow down, and ask again later.', { retryAfterSeconds });
  }
}
