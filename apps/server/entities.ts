import { agentsEntities } from '#libs/agents/index.js';
import { identityEntities } from '#libs/identity/index.js';
import type { DatabaseOptions } from '#libs/platform/database/index.js';
import { providersEntities } from '#libs/providers/index.js';
import { securityEntities } from '#libs/security/index.js';
import { teamsEntities } from '#libs/teams/index.js';

/** Every table that TypeORM reads and writes, as the rooms list their own. */
export const entities: DatabaseOptions['entities'] = [
  ...securityEntities,
  ...identityEntities,
  ...providersEntities,
  ...agentsEntities,
  ...teamsEntities,
];
