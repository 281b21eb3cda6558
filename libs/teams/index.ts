export { OwnedAgents } from './owned-agents.js';
export { TeamRow } from './team.entity.js';
export { TeamNotFound, WorkflowInvalid } from './team.errors.js';
export type { Team, TeamChange, TeamDraft, TeamFilter } from './team.js';
export { TeamRuns } from './team-runs.js';
export { TeamsModule } from './teams.module.js';
export { TeamsService } from './teams.service.js';
