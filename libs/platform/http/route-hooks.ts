import type { FastifyInstance, onRequestHookHandler, onSendHookHandler, RouteOptions } from 'fastify';
import type { Audit } from '#libs/platform/audit/index.js';
import { identification, permission } from './admission.js';
import type { Authenticator } from './authenticator.js';
import { compress } from './compression.js';
import { etagOf, isKnownBy } from './conditional.js';
import type { OriginRule } from './cors.js';
import { type Gate, passage } from './gate.js';
import { type IdempotencyStore, idempotencyHooks } from './idempotency.js';

export interface EdgeParts {
  readonly authenticator: () => Authenticator;
  readonly idempotency: () => IdempotencyStore;
  readonly audit: () => Audit;
  readonly gate: () => Gate;
  readonly isAllowedOrigin: OriginRule;
  /** Paths of routes that libraries lay without our decorators, each with all below it. */
  readonly publicPaths: readonly string[];
}

/**
 * Gives each route, as it is laid, just the hooks its rules ask for. Returns the list that fills with routes which say
 * neither who may call them nor that everybody may.
 */
export function layRouteHooks(fastify: FastifyInstance, parts: EdgeParts): readonly string[] {
  const undeclared: string[] = [];
  const idempotency = idempotencyHooks(parts.idempotency);

  fastify.addHook('onRoute', (route) => {
    const rules = route.config?.renum ?? {};
    if (!rules.access && !isBelow(parts.publicPaths, route.url)) {
      if (route.method !== 'HEAD') undeclared.push(`${String(route.method)} ${route.url}`);
      return;
    }
    if (rules.access && rules.access !== 'public') {
      // Asked for now, so that a house without a door-keeper does not open at all.
      parts.authenticator();
      add(route, 'onRequest', identification(parts.authenticator, parts.isAllowedOrigin, rules));
    }
    if (rules.access && !rules.uncounted) {
      parts.gate();
      add(route, 'onRequest', passage(parts.gate));
    }
    if (typeof rules.access === 'object') {
      parts.audit();
      add(route, 'onRequest', permission(rules.access.permission, parts.authenticator, parts.audit));
    }
    if (rules.noStore) add(route, 'onRequest', cacheHeader('no-store'));
    else if (typeof rules.access === 'object') add(route, 'onRequest', cacheHeader('private, no-cache'));
    if (rules.idempotent) {
      parts.idempotency();
      add(route, 'preHandler', idempotency.preHandler);
      add(route, 'onSend', idempotency.onSend);
    }
    if (rules.access && !rules.noStore && route.method === 'GET') add(route, 'onSend', answerUnchanged);
    add(route, 'onSend', compress);
  });
  return undeclared;
}

function cacheHeader(value: string): onRequestHookHandler {
  return (_request, reply, done) => {
    reply.header('cache-control', value);
    done();
  };
}

/** Tags every whole answer of a GET, and leaves the body out for a caller who has it already. */
const answerUnchanged: onSendHookHandler = (request, reply, payload, done) => {
  if (typeof payload !== 'string' || reply.statusCode !== 200 || reply.hasHeader('etag')) return done();
  const etag = etagOf(payload);
  reply.header('etag', etag);
  const known = request.headers['if-none-match'];
  if (known === undefined || !isKnownBy(known, etag)) return done();
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  done(null, null);
};

type Hook = 'onRequest' | 'preHandler' | 'onSend';

/** Fastify copies a GET's options to its HEAD before asking again, so a hook may be there already; arrays are never shared. */
function add<H extends Hook>(route: RouteOptions, name: H, hook: NonNullable<RouteOptions[H]>): void {
  Reflect.set(route, name, [route[name] ?? [], hook].flat());
}

function isBelow(paths: readonly string[], url: string): boolean {
  return paths.some((path) => url === path || url.startsWith(path.endsWith('/') ? path : `${path}/`));
}
