import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { FASTIFY_ROUTE_CONFIG_METADATA as CONFIG } from '@nestjs/platform-fastify/constants.js';
import type { FastifyRequest } from 'fastify';
import { type ActorRef, isUuid, type Permission } from '#libs/kernel/index.js';
import type { Credential } from './authenticator.js';
import { NotHere } from './http.errors.js';

/** What a route says of itself; laid down at start as hooks of that route alone, so nobody else pays for them. */
export interface RouteRules {
  readonly access?: { readonly permission: Permission } | 'public' | 'anyone';
  /** The token may stand in `?token=`, for clients that cannot send headers. */
  readonly queryToken?: boolean;
  readonly idempotent?: boolean;
  /** The gate does not count its calls. */
  readonly uncounted?: boolean;
  readonly noStore?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    renum?: RouteRules;
  }
  interface FastifyRequest {
    /** Who is calling; null on public routes and before authentication. */
    actor: ActorRef | null;
    /** What `actor` showed. */
    credential: Credential | null;
    /** SHA-256 of the raw body, only when the request carries an idempotency key. */
    bodyHash: string;
  }
}

/** Only a caller whose role grants `permission`. */
export function Allow(permission: Permission, options: { readonly queryToken?: boolean } = {}) {
  return rule({ access: { permission }, ...options });
}

/** Everybody may call this. With `identify`, a caller who shows a valid token is known to `@Actor()`. */
export function Public(options: { readonly identify?: boolean } = {}) {
  return rule({ access: options.identify ? 'anyone' : 'public' });
}

/** For creating POSTs: an `Idempotency-Key` makes repeating the request harmless for 24 hours. */
export function Idempotent() {
  return rule({ idempotent: true });
}

/** Never held up, whoever asks how often: for probes, scrapers and documents. */
export function Uncounted() {
  return rule({ uncounted: true });
}

/** The answer holds a secret or a moment: no cache may keep it. */
export function NoStore() {
  return rule({ noStore: true });
}

/** The caller. On `@Public({ identify: true })` routes it may be null. */
export const Actor = createParamDecorator(
  (_: unknown, context: ExecutionContext): ActorRef | null => context.switchToHttp().getRequest<FastifyRequest>().actor,
);

/** What the caller showed, for the few routes that hand it back or end it. */
export const Shown = createParamDecorator(
  (_: unknown, context: ExecutionContext): Credential | null =>
    context.switchToHttp().getRequest<FastifyRequest>().credential,
);

/** A UUID in the path, `id` unless named; anything else is answered like an unknown id. */
export const Id = createParamDecorator((name: string | undefined, context: ExecutionContext): string => {
  const params = context.switchToHttp().getRequest<FastifyRequest<{ Params: Record<string, string> }>>().params;
  const id = params[name ?? 'id'] ?? '';
  if (!isUuid(id)) throw new NotHere();
  return id.toLowerCase();
});

/** What a handler was given by the decorators above. */
export function rulesOf(handler: object): RouteRules {
  return Reflect.getMetadata(CONFIG, handler)?.renum ?? {};
}

/** On a method the rule is added to what it already says; on a class, to every method that does not say otherwise. */
function rule(rules: RouteRules): ClassDecorator & MethodDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (descriptor) return say(descriptor.value, (said) => ({ ...said, ...rules }));
    if (typeof target !== 'function') return;
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(target.prototype))) {
      if (typeof value === 'function' && value !== target) say(value, (said) => ({ ...rules, ...said }));
    }
  };
}

function say(method: object, change: (said: RouteRules) => RouteRules): void {
  const config: { renum?: RouteRules } = Reflect.getMetadata(CONFIG, method) ?? {};
  Reflect.defineMetadata(CONFIG, { ...config, renum: change(config.renum ?? {}) }, method);
}
