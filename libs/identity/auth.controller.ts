import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ActorRef } from '#libs/kernel/index.js';
import {
  Actor,
  Allow,
  type Credential,
  Idempotent,
  NoStore,
  Public,
  Shown,
  sessionCookie,
} from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { AuthService, type SignedIn } from './auth.service.js';
import {
  type DoneView,
  LoginBody,
  RefreshBody,
  RegisterBody,
  type RegisteredView,
  type SignedInView,
  UserView,
} from './auth.views.js';
import {
  EmailTaken,
  HashingBusy,
  LoginRefused,
  LoginThrottled,
  RefreshRefused,
  RegistrationClosed,
  RegistrationThrottled,
} from './identity.errors.js';

@Controller('api/v1/auth')
@NoStore()
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  /** Creates an account. Only where strangers may register; it is an ordinary user's, and it is not signed in by this. */
  @Post('register')
  @Public()
  @Idempotent()
  @Fails(EmailTaken, RegistrationClosed, RegistrationThrottled, HashingBusy)
  async register(@Body() body: RegisterBody, @Req() request: FastifyRequest): Promise<RegisteredView> {
    return { user: UserView.of(await this.auth.register(body, request.ip)) };
  }

  /**
   * Signs in. The answer holds an access token and a refresh token, and sets a session cookie for browsers; a refusal does
   * not tell unknown people from wrong passwords.
   */
  @Post('login')
  @HttpCode(200)
  @Public()
  @Fails(LoginRefused, LoginThrottled, HashingBusy)
  async login(
    @Body() body: LoginBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInView> {
    return signedIn(await this.auth.login(body, request.ip), request, reply);
  }

  /** Trades a refresh token for new tokens. Each is good once; a second use ends its session. */
  @Post('refresh')
  @HttpCode(200)
  @Public()
  @Fails(RefreshRefused)
  async refresh(
    @Body() body: RefreshBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInView> {
    return signedIn(await this.auth.refresh(body.refresh_token), request, reply);
  }

  /** Signs out. The session of this call ends at once, and its access and refresh tokens with it. */
  @Post('logout')
  @HttpCode(200)
  @Allow('session:end')
  async logout(
    @Actor() actor: ActorRef,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DoneView> {
    await this.auth.logout(actor);
    reply.header('set-cookie', sessionCookie(request.protocol, '', 0));
    return { success: true, status: 'success', message: 'Signed out' };
  }

  /** Who is calling. The answer repeats the token of the call, for clients that open a socket with it. */
  @Get('me')
  @Allow('account:read')
  async me(@Actor() actor: ActorRef, @Shown() shown: Credential): Promise<UserView> {
    return UserView.of(await this.auth.me(actor), shown.token);
  }
}

function signedIn(done: SignedIn, { protocol }: FastifyRequest, reply: FastifyReply): SignedInView {
  const { user, accessToken: token, refreshToken, expiresInSeconds } = done;
  reply.header('set-cookie', sessionCookie(protocol, token, expiresInSeconds));
  return {
    token,
    access_token: token,
    refresh_token: refreshToken,
    token_type: 'bearer',
    expires_in: expiresInSeconds,
    user: UserView.of(user, token),
  };
}
