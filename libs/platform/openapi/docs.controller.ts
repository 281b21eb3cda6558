import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Header, Param, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { NotHere, Public, Uncounted } from '#libs/platform/http/index.js';
import { DOCS_PAGE, DOCS_POLICY, DOCS_SCRIPT } from './docs.page.js';
import { Installation } from './installation.js';
import { Media } from './media.js';

/** The files of the reference that come from its package, with their types; nothing else is served from there. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const JSON_TYPE = 'application/json; charset=utf-8';

/** The API reference for people. Nothing of it is loaded before somebody asks, and nothing comes from another host. */
@Controller()
@Public()
@Uncounted()
export class DocsController {
  #document: Promise<string> | undefined;

  constructor(private readonly installation: Installation) {}

  /** The API as an OpenAPI document. It is made from the program itself, and a test keeps the two alike. */
  @Get('openapi.json')
  @Header('content-type', JSON_TYPE)
  @Media('application/json')
  document(): Promise<string> {
    this.#document ??= readFile(join(this.installation.folder, 'docs', 'openapi.json'), 'utf8');
    return this.#document;
  }

  /** The API as an OpenAPI document, at a second address. Older clients look for it here. */
  @Get('api/v1/openapi.json')
  @Header('content-type', JSON_TYPE)
  @Media('application/json')
  sameDocument(): Promise<string> {
    return this.document();
  }

  /** The API as a page to read and to try. It loads nothing from other hosts. */
  @Get('docs')
  @Media('text/html')
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.type('text/html; charset=utf-8').header('content-security-policy', DOCS_POLICY);
    return DOCS_PAGE;
  }

  /** A file that the page at `/docs` is made of. Only the few that it asks for are served. */
  @Get('docs/:file')
  @Media('application/octet-stream')
  file(@Param('file') file: string, @Res({ passthrough: true }) reply: FastifyReply): StreamableFile | string {
    reply.header('cache-control', 'public, max-age=3600');
    if (file === 'docs.js') {
      reply.type('text/javascript; charset=utf-8');
      return DOCS_SCRIPT;
    }
    const type = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (!type) throw new NotHere();
    return new StreamableFile(createReadStream(join(this.#assets(), file)), { type });
  }

  #assets(): string {
    const require = createRequire(join(this.installation.folder, 'package.json'));
    return dirname(require.resolve('swagger-ui-dist/package.json'));
  }
}
