import { Module } from '@nestjs/common';
import { Authenticator } from '#libs/platform/http/index.js';
import { People } from '#libs/platform/people/index.js';
import { AccessTokens } from './access-tokens.js';
import { Administrator } from './administrator.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { IdentityAuthenticator } from './identity.authenticator.js';
import { IdentityPeople } from './identity.people.js';
import { LoginProtection } from './login-protection.js';
import { Passwords } from './passwords.js';
import { RefreshTokens } from './refresh-tokens.js';
import { SessionsStore } from './sessions.store.js';
import { UsersStore } from './users.store.js';

/** Fills the edge's `Authenticator`, and `People`. Wants `Audit`, `RenumConfig`, `Database`, `KeyRing` and `Clock` to be global. */
@Module({
  controllers: [AuthController],
  providers: [
    AccessTokens,
    Administrator,
    AuthService,
    IdentityAuthenticator,
    LoginProtection,
    Passwords,
    RefreshTokens,
    SessionsStore,
    UsersStore,
    { provide: Authenticator, useExisting: IdentityAuthenticator },
    { provide: People, useClass: IdentityPeople },
  ],
  exports: [Administrator, AuthService, Authenticator, People],
})
export class IdentityModule {}
