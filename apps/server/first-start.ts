import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Administrator } from '#libs/identity/index.js';
import type { RenumConfig } from '#libs/platform/config/index.js';
import { type TemplateTeam, TemplateTeams } from '#libs/teams/index.js';
import type { Welcome } from './welcome.js';

/**
 * Makes sure, at every start, that the administrator is there. On the very first start in development the template
 * teams come with him, in one transaction. Null where there is nothing to tell anybody: no password was made, no team.
 */
export async function firstStart(app: NestFastifyApplication, { environment }: RenumConfig): Promise<Welcome | null> {
  let teams: readonly TemplateTeam[] = [];
  const administrator = await app.get(Administrator, { strict: false }).ensure(async (tx, first) => {
    if (environment !== 'development') return;
    teams = await app.get(TemplateTeams, { strict: false }).createFirst(tx, first);
  });
  const [team] = teams;
  if (!administrator || (administrator.password === undefined && !team)) return null;
  return {
    administrator,
    ...(team && { team: { id: team.team.id, name: team.team.name, prompt: team.examplePrompt } }),
  };
}
