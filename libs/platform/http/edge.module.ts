import { Module } from '@nestjs/common';
import { IdempotencyStore } from './idempotency.js';
import { KeptAnswers } from './kept-answers.store.js';

/**
 * What the edge needs of the house: a memory for idempotency keys. It wants `Database` and `Clock` to be global; the
 * `Authenticator` comes from identity, `Audit` and `Gate` from security. `createHttpApp` finds them in whatever module tree it is
 * given.
 */
@Module({
  providers: [{ provide: IdempotencyStore, useClass: KeptAnswers }],
  exports: [IdempotencyStore],
})
export class EdgeModule {}
