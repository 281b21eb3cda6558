import { AppError } from '#libs/kernel/index.js';

export class ContextVersionUnknown extends AppError {
  readonly code = 'context.version-unknown';
  readonly kind = 'invalid';
  constructor(field: string, latest: number) {
    const message = `must be a version that there is: the last one is ${latest}`;
    super(`${field} ${message}`, { errors: { [field]: [message] } });
  }
}
