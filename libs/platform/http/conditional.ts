import { hash } from 'node:crypto';

/** A weak tag: the same answer, not the same bytes, since compression may change those. */
export function etagOf(payload: string): string {
  return `W/"${hash('sha1', payload, 'base64url')}"`;
}

/** Does `If-None-Match` name this tag? Compared weakly, as RFC 9110 asks for reads. */
export function isKnownBy(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  const bare = etag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === bare);
}
