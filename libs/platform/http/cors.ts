export type OriginRule = (origin: string) => boolean;

const LOCAL = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/** Exact origins; the word `localhost` among them stands for any port of this machine. */
export function originRule(origins: readonly string[]): OriginRule {
  const exact = new Set(origins);
  const isLocalAllowed = exact.has('localhost');
  return (origin) => exact.has(origin) || (isLocalAllowed && LOCAL.test(origin));
}

export const PREFLIGHT = Object.freeze({
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'Authorization, Content-Type, Idempotency-Key, Prefer, Last-Event-ID, If-None-Match, X-Request-Id',
  'access-control-max-age': '600',
});

export const EXPOSED =
  'X-Request-Id, ETag, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed, Preference-Applied, Renum-Durability';
