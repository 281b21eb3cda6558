import { type DynamicModule, Module } from '@nestjs/common';
import { DocsController } from './docs.controller.js';
import { Installation } from './installation.js';

@Module({})
export class DocsModule {
  static in(folder: string): DynamicModule {
    return {
      module: DocsModule,
      controllers: [DocsController],
      providers: [{ provide: Installation, useValue: new Installation(folder) }],
    };
  }
}
