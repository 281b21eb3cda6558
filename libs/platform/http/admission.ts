import { Logger } from '@nestjs/common';
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { ActorRef, Permission } from '#libs/kernel/index.js';
import type { Audit } from '#libs/platform/audit/index.js';
import type { Authenticator, Credential } from './authenticator.js';
import type { OriginRule } from './cors.js';
import { credentialOf } from './credentials.js';
import { Forbidden, Unauthenticated } from './http.errors.js';
import { currentRequest } from './request-context.js';

/** Finds out who calls, and turns nobody away: a bad token is the same as none. */
export function identification(
  authenticator: () => Authenticator,
  isAllowedOrigin: OriginRule,
  { queryToken = false }: { readonly queryToken?: boolean },
): onRequestHookHandler {
  return (request, _reply, proceed) => {
    const credential = credentialOf(request, isAllowedOrigin) ?? (queryToken ? ofQuery(request) : null);
    if (!credential) return proceed();
    const actor = authenticator().authenticate(credential);
    // What is known already goes on in the same turn.
    if (!(actor instanceof Promise)) {
      know(request, credential, actor);
      return proceed();
    }
    actor.then((found) => {
      know(request, credential, found);
      proceed();
    }, proceed);
  };
}

/** Lets only those on who showed who they are and may do this. A caller who may not is on record before the answer. */
export function permission(
  needed: Permission,
  authenticator: () => Authenticator,
  audit: () => Audit,
): onRequestHookHandler {
  const log = new Logger('http');
  return ({ actor, method, routeOptions, id }, _reply, proceed) => {
    if (!actor) return proceed(new Unauthenticated());
    if (authenticator().permits(actor, needed)) return proceed();
    const entry = {
      actor,
      did: 'route.forbidden',
      to: `${method} ${routeOptions.url}`,
      outcome: 'refused',
      details: { permission: needed },
    } as const;
    audit()
      .recordAlone(entry)
      .catch((error: unknown) => log.error(`a refusal is not on record: ${String(error)} (request ${id})`))
      .finally(() => proceed(new Forbidden(needed)));
  };
}

function know(request: FastifyRequest, credential: Credential, actor: ActorRef | null): void {
  if (!actor) return;
  request.actor = actor;
  request.credential = credential;
  const context = currentRequest();
  if (context) context.actor = actor;
}

function ofQuery(request: FastifyRequest): Credential | null {
  const token: unknown = Reflect.get(Object(request.query), 'token');
  return typeof token === 'string' && token !== '' ? { via: 'query', token } : null;
}
