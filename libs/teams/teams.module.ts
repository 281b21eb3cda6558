import { Module, type OnModuleInit } from '@nestjs/common';
import { AgentsModule, AgentUses } from '#libs/agents/index.js';
import { ProvidersModule } from '#libs/providers/index.js';
import { RunnersModule } from '#libs/runners/index.js';
import { MembersController } from './members.controller.js';
import { PlansController } from './plans/plans.controller.js';
import { PlansService } from './plans/plans.service.js';
import { TeamRuns } from './team-runs.js';
import { TeamsController } from './teams.controller.js';
import { TeamsService } from './teams.service.js';
import { TeamsStore } from './teams.store.js';
import { TemplateTeams } from './templates/template-teams.js';
import { TemplatesController } from './templates/templates.controller.js';

/** Wants `Audit`, `Clock`, `RenumConfig`, `Database`, `People` and `UnitOfWork` to be global. */
@Module({
  imports: [AgentsModule, ProvidersModule, RunnersModule],
  controllers: [TeamsController, MembersController, PlansController, TemplatesController],
  providers: [TeamsStore, TeamRuns, TeamsService, PlansService, TemplateTeams],
  exports: [TeamsService, TeamRuns, TemplateTeams],
})
export class TeamsModule implements OnModuleInit {
  constructor(
    private readonly uses: AgentUses,
    private readonly store: TeamsStore,
  ) {}

  onModuleInit(): void {
    this.uses.add((tx, userId, agentId) => this.store.namesWithAgentIn(tx, userId, agentId));
  }
}
