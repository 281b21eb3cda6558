import { SessionRow } from './session.entity.js';
import { UserRow } from './user.entity.js';

export { type Account, AccountsService } from './accounts.service.js';
export { Administrator, type AdministratorRef, type Beginning } from './administrator.js';
export { AuthController } from './auth.controller.js';
export { AuthService, type SignedIn } from './auth.service.js';
export { IdentityModule } from './identity.module.js';
export { permits } from './permissions.js';

/** The tables of this room, for whoever opens the database. */
export const identityEntities = [UserRow, SessionRow] as const;
