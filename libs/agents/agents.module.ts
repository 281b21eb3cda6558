import { Module } from '@nestjs/common';
import { ProvidersModule } from '#libs/providers/index.js';
import { LlmRunner } from './llm.runner.js';
import { Runners } from './runners.js';
import { SimRunner } from './sim.runner.js';

@Module({
  imports: [ProvidersModule],
  providers: [SimRunner, LlmRunner, Runners],
  exports: [Runners],
})
export class AgentsModule {}
