import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '#libs/platform/http/index.js';
import { VERSION } from './version.js';

const LINKS = {
  docs: '/docs',
  openapi: '/openapi.json',
  api: '/api/v1',
  health: '/health',
} as const;

/** Where a stranger arrives. */
export class FrontDoorView {
  readonly name!: string;
  readonly version!: string;
  readonly links!: Record<string, string>;
}

@Controller()
export class FrontDoorController {
  /** A person gets a page, a program JSON. */
  @Get()
  @Public()
  welcome(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): FrontDoorView | string {
    reply.header('vary', 'Accept, Origin');
    if (!prefersHtml(request.headers.accept)) return { name: 'renum', version: VERSION, links: LINKS };
    reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY);
    return page();
  }
}

/** Browsers name HTML; programs ask for anything or for JSON. */
function prefersHtml(accept = ''): boolean {
  return /\btext\/html\b/i.test(accept);
}

// The page needs nothing but its own style, which is named by hash in the policy.
const STYLE =
  ':root{color-scheme:light dark;font:16px/1.6 system-ui,sans-serif}body{max-width:34rem;margin:14vh auto;padding:0 1.5rem}' +
  'h1{font-size:1.6rem;margin:0}p{margin:.3rem 0 1.6rem;opacity:.75}ul{list-style:none;padding:0;margin:0}' +
  'a{display:flex;justify-content:space-between;gap:1rem;padding:.7rem 0;border-top:1px solid #8884;text-decoration:none;color:inherit}' +
  'a:hover,a:focus{text-decoration:underline}code{opacity:.65}';
