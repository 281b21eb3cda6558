import { Module } from '@nestjs/common';
import { ProvidersModule } from '#libs/providers/index.js';
import { AgentUses } from './agent-uses.js';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';
import { AgentsStore } from './agents.store.js';
import { LlmRunner } from './llm.runner.js';
import { Runners } from './runners.js';
import { SimRunner } from './sim.runner.js';

/** Wants `Audit`, `Clock`, `Database` and `UnitOfWork` to be global. */
@Module({
  imports: [ProvidersModule],
  controllers: [AgentsController],
  providers: [AgentsStore, AgentUses, AgentsService, SimRunner, LlmRunner, Runners],
  exports: [AgentsService, AgentUses, Runners],
})
export class AgentsModule {}
