import { SessionRow } from './session.entity.js';
import { UserRow } from './user.entity.js';

export { type Account, AccountsService } from './accounts.service.js';
export { Administrator, type AdministratorRef, type Beginning } from './administrator.js';
export type { SignedIn } from './auth.service.js';
export { IdentityModule } from './identity.module.js';

/** The tables of this room, for whoever opens the database. */
export const identityEntities = [UserRow, SessionRow] as const;
