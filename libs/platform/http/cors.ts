/** Exact origins, or `localhost`: any port of this machine, for development. */
export type Origins = readonly string[] | 'localhost';

export type OriginRule = (origin: string) => boolean;

const LOCAL = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

export function originRule(origins: Origins): OriginRule {
  if (origins === 'localhost') return (origin) => LOCAL.test(origin);
  const exact = new Set(origins);
  return (origin) => exact.has(origin);
}

export const PREFLIGHT = Object.freeze({
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'Authorization, Content-Type, Idempotency-Key, Prefer, Last-Event-ID, If-None-Match, X-Request-Id',
  'access-control-max-age': '600',
});

export const EXPOSED =
  'X-Request-Id, ETag, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed, Preference-Applied, Renum-Durability';
