import { Global, Module } from '@nestjs/common';
import { Database } from '#libs/platform/database/index.js';
import { Journal } from './journal.js';
import { openJournal } from './open-journal.js';
import { Tail } from './tail.js';

/** The journal of the database that was chosen at the start, and the tail of what this process commits to it. */
@Global()
@Module({
  providers: [{ provide: Journal, inject: [Database], useFactory: openJournal }, Tail],
  exports: [Journal, Tail],
})
export class JournalModule {}
