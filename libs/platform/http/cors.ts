/** Exact origins, or `localhost`: any port of this machine, for development. */
export type Origins = readonly string[] | 'localhost';

export type OriginRule = (origin: string) => boolean;

export function originRule(origins: Origins): OriginRule {
  if (origins === 'localhost') return isLocal;
  const exact = new Set(origins);
  return (origin) => exact.has(origin);
}

const LOCAL = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

function isLocal(origin: string): boolean {
  return LOCAL.test(origin);
}

export const PREFLIGHT = Object.freeze({
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'Authorization, Content-Type, Idempotency-Key, Prefer, Last-Event-ID, If-None-Match, X-Request-Id',
  'access-control-max-age': '600',
});

export const EXPOSED =
  'X-Request-Id, ETag, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed, Preference-Applied, Renum-Durability';
