import type { IncomingMessage } from 'node:http';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Audit } from '#libs/platform/audit/index.js';
import { Authenticator } from './authenticator.js';
import { answerClientError } from './client-error.js';
import { EXPOSED, type OriginRule, type Origins, originRule, PREFLIGHT } from './cors.js';
import { sayGoodbyeWhileClosing } from './drain.js';
import { EdgePipe } from './edge.pipe.js';
import { Gate } from './gate.js';
import { Malformed, NotHere, RoutesUndeclared } from './http.errors.js';
import { IdempotencyStore } from './idempotency.js';
import { acceptJsonBodies } from './json-body.js';
import { ProblemFilter } from './problem.filter.js';
import { Proxies } from './proxies.js';
import { inContext } from './request-context.js';
import { requestId } from './request-id.js';
import { layRouteHooks } from './route-hooks.js';
import { securityHeaders } from './security-headers.js';

type RootModule = Parameters<typeof NestFactory.create>[0];

export interface HttpOptions {
  readonly corsOrigins: Origins;
  /** CIDRs of proxies whose forwarding headers count; none by default. */
  readonly trustProxy?: readonly string[];
  /** Say HSTS: only where every caller comes by https. */
  readonly hsts?: boolean;
  readonly bodyLimitBytes?: number;
  /** Paths (with all below) of routes that libraries lay without our decorators, such as `/docs`. */
  readonly publicPaths?: readonly string[];
  readonly logger?: LoggerService | false;
  /** Runs before routes are laid: documents, sockets, anything that needs the application itself. */
  readonly prepare?: (app: NestFastifyApplication) => void | Promise<void>;
}

/**
 * The application as it serves, ready to `listen` or `inject`. The server and every test build it here, so that the
 * edge is the same for both. Throws `RoutesUndeclared` when a route names neither a permission nor `@Public()`.
 */
export async function createHttpApp(root: RootModule, options: HttpOptions): Promise<NestFastifyApplication> {
  const filter = new ProblemFilter();
  const headers = { ...securityHeaders({ hsts: options.hsts ?? false }), vary: 'Origin' };
  const isAllowedOrigin = originRule(options.corsOrigins);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter(options, filter, headers), {
    abortOnError: false,
    bodyParser: false,
    bufferLogs: true,
    ...(options.logger !== undefined && { logger: options.logger }),
  });
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  app.useGlobalFilters(filter).useGlobalPipes(new EdgePipe());
  acceptJsonBodies(fastify);
  sayGoodbyeWhileClosing(fastify);
  layRequestHook(fastify, headers, isAllowedOrigin);
  const undeclared = layRouteHooks(fastify, {
    authenticator: once(() => app.get(Authenticator, { strict: false })),
    idempotency: once(() => app.get(IdempotencyStore, { strict: false })),
    gate: once(() => app.get(Gate, { strict: false })),
    audit: once(() => app.get(Audit, { strict: false })),
    isAllowedOrigin,
    publicPaths: options.publicPaths ?? [],
  });
  try {
    await options.prepare?.(app);
    await app.init();
    if (undeclared.length > 0) throw new RoutesUndeclared(undeclared);
    await fastify.ready();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

/** Our routes have no JSON schemas; this keeps the compilers for them (all of ajv) from being loaded. */
const NO_SCHEMAS = { buildValidator: refuseSchemas, buildSerializer: refuseSchemas };

function refuseSchemas() {
  return (): never => {
    throw new Error('A route with a JSON schema needs the compilers that `createHttpApp` leaves out.');
  };
}

function adapter(
  options: HttpOptions,
  filter: ProblemFilter,
  headers: Readonly<Record<string, string>>,
): FastifyAdapter {
  return new FastifyAdapter({
    // Middleware of the Express kind is not used, and its runner costs every request.
    skipMiddie: true,
    bodyLimit: options.bodyLimitBytes ?? 1024 * 1024,
    // Slow senders are cut; answers may take as long as they need (streams, waiting reads).
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 16 * 1024 },
    // While draining, open connections are still served and then closed: a rolling restart refuses nobody.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    schemaController: { compilersFactory: NO_SCHEMAS },
    trustProxy: new Proxies(options.trustProxy ?? []).rule,
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => requestId(request.headers),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(headers).header('x-request-id', request.id);
      // A parameter longer than any id of ours is just an unknown id.
      filter.answer(error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? new NotHere() : error, request, reply);
    },
  });
}

/** The one hook that runs for every request: its id, its context, the constant headers, other origins. */
function layRequestHook(
  fastify: FastifyInstance,
  headers: Readonly<Record<string, string>>,
  isAllowedOrigin: OriginRule,
): void {
  fastify.decorateRequest('actor', null);
  fastify.decorateRequest('credential', null);
  fastify.decorateRequest('claim', null);
  fastify.decorateRequest('bodyHash', '');
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id);
    const { origin } = request.headers;
    if (origin !== undefined && isAllowedOrigin(origin)) {
      reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true');
      reply.header('access-control-expose-headers', EXPOSED);
    }
    if (isPreflight(request)) return void reply.headers(PREFLIGHT).code(204).send();
    if (!isDecodable(request.raw.url)) return done(new Malformed('The query is not valid percent-encoding.'));
    inContext({ requestId: request.id, address: request.ip, actor: null, claimedId: null }, done);
  });
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

function isDecodable(url: string | undefined): boolean {
  const query = url?.indexOf('?') ?? -1;
  if (!url || query < 0 || !url.includes('%', query)) return true;
  try {
    decodeURIComponent(url.slice(query));
    return true;
  } catch {
    return false;
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
