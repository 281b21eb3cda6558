import { Module } from '@nestjs/common';
import { ProvidersModule } from '#libs/providers/index.js';
import { AgentSecrets } from './agent-secrets.js';
import { AgentUses } from './agent-uses.js';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';
import { AgentsStore } from './agents.store.js';
import { OutputSchemas } from './output-schemas.js';
import { RunnerChoices } from './runner-choices.js';
import { SealedSecrets } from './sealed-secrets.js';

/** Wants `Audit`, `Clock`, `Database`, `UnitOfWork`, `RenumConfig`, `Outbound` and `Sealer` to be global. */
@Module({
  imports: [ProvidersModule],
  controllers: [AgentsController],
  providers: [AgentsStore, AgentUses, SealedSecrets, RunnerChoices, OutputSchemas, AgentSecrets, AgentsService],
  exports: [AgentsService, AgentUses, AgentSecrets, OutputSchemas],
})
export class AgentsModule {}
