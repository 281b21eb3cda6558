import { TeamRow } from './team.entity.js';

export { TeamNotFound } from './team.errors.js';
export type { Team, TeamChange, TeamDraft } from './team.js';
export { type StopRuns, TeamRuns } from './team-runs.js';
export { TeamsModule } from './teams.module.js';
export { TeamsService } from './teams.service.js';
export { type TemplateTeam, TemplateTeams } from './templates/template-teams.js';

/** The tables of this room, for whoever opens the database. */
export const teamsEntities = [TeamRow] as const;
