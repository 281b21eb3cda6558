import { AppError } from '#libs/kernel/index.js';

/** The target is not one that anything may be sent to. */
export class TargetRefused extends AppError {
  readonly code = 'outbound.refused';
  readonly kind = 'broken';
  constructor(why: string) {
    super(`The URL ${why}.`);
  }
}

/** Nothing usable came back. `timeout` and `network` may be tried again. */
export class OutboundFailed extends Error {
  constructor(
    readonly why: 'timeout' | 'network' | 'too-large',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
