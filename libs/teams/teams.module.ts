import { Module } from '@nestjs/common';
import { TeamsController } from './teams.controller.js';
import { TeamsService } from './teams.service.js';
import { TeamsStore } from './teams.store.js';

/** Wants `OwnedAgents` and `TeamRuns` from a global module of the app. */
@Module({
  controllers: [TeamsController],
  providers: [TeamsStore, TeamsService],
  exports: [TeamsService],
})
export class TeamsModule {}
