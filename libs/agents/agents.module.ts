import { Module } from '@nestjs/common';
import { ProvidersModule } from '#libs/providers/index.js';
import { AgentUses } from './agent-uses.js';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';
import { AgentsStore } from './agents.store.js';
import { HttpRunner } from './http.runner.js';
import { LlmRunner } from './llm.runner.js';
import { OutputSchemas } from './output-schemas.js';
import { RunnerChoices } from './runner-choices.js';
import { Runners } from './runners.js';
import { SealedSecrets } from './sealed-secrets.js';
import { SimRunner } from './sim.runner.js';

/** Wants `Audit`, `Clock`, `Database`, `UnitOfWork`, `RenumConfig`, `Outbound` and `Sealer` to be global. */
@Module({
  imports: [ProvidersModule],
  controllers: [AgentsController],
  providers: [
    AgentsStore,
    AgentUses,
    SealedSecrets,
    RunnerChoices,
    OutputSchemas,
    AgentsService,
    SimRunner,
    LlmRunner,
    HttpRunner,
    Runners,
  ],
  exports: [AgentsService, AgentUses, Runners],
})
export class AgentsModule {}
