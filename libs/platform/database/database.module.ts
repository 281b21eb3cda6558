import { type DynamicModule, Module } from '@nestjs/common';
import { Database } from './database.js';
import { UnitOfWork } from './unit-of-work.js';

/** Hands an open database to every room; it closes with the application, after everything else. */
@Module({})
export class DatabaseModule {
  static of(database: Database): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: Database, useValue: database },
        { provide: UnitOfWork, useValue: database.work },
      ],
      exports: [Database, UnitOfWork],
    };
  }
}
