import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '#libs/platform/http/index.js';
import { PAGE_POLICY, pageOf } from './front-door.page.js';
import { FrontDoorView } from './front-door.views.js';
import { VERSION } from './version.js';

const LINKS = { docs: '/docs', openapi: '/openapi.json', api: '/api/v1', health: '/health' } as const;

/** Where a stranger arrives. */
@Controller()
export class FrontDoorController {
  /** Who answers here, and where to go on. A browser gets a page, a program JSON. */
  @Get()
  @Public()
  welcome(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): FrontDoorView | string {
    reply.header('vary', 'Accept, Origin');
    const view: FrontDoorView = { name: 'renum', version: VERSION, links: LINKS };
    if (!accept?.includes('text/html')) return view;
    reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY);
    return pageOf(view);
  }
}
