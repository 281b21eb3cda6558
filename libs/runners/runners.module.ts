import { Module } from '@nestjs/common';
import { AgentsModule } from '#libs/agents/index.js';
import { ProvidersModule } from '#libs/providers/index.js';
import { HttpRunner } from './http.runner.js';
import { LlmRunner } from './llm.runner.js';
import { Runners } from './runners.js';
import { SimRunner } from './sim.runner.js';

/** Wants `Clock` and `Outbound` to be global. */
@Module({
  imports: [AgentsModule, ProvidersModule],
  providers: [SimRunner, LlmRunner, HttpRunner, Runners],
  exports: [Runners],
})
export class RunnersModule {}
