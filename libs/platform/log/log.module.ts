import { type DynamicModule, Module } from '@nestjs/common';
import { Log } from './log.js';

/** Lets every service inject `Log`. */
@Module({})
export class LogModule {
  static forRoot(log: Log): DynamicModule {
    return { module: LogModule, global: true, providers: [{ provide: Log, useValue: log }], exports: [Log] };
  }
}
