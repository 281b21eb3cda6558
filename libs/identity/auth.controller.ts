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

@Controller('api/v1/auth')
@NoStore()
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('register')
  @Public()
  @Idempotent()
  async register(@Body() body: RegisterBody, @Req() request: FastifyRequest): Promise<RegisteredView> {
    return { user: UserView.of(await this.auth.register(body, request.ip)) };
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  async login(
    @Body() body: LoginBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInView> {
    return signedIn(await this.auth.login(body, request.ip), request, reply);
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  async refresh(
    @Body() body: RefreshBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInView> {
    return signedIn(await this.auth.refresh(body.refresh_token), request, reply);
  }

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
