import type { Credential } from './authenticator.js';
import type { OriginRule } from './cors.js';

/** What the rule looks at; a Fastify request and an upgrade request both fit. */
export interface CredentialSource {
  readonly method: string;
  readonly host: string;
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const BEARER = /^bearer +(\S+)$/i;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The Authorization header wins and is never mended by a cookie. A cookie counts only where no other site can have
 * sent it: safe methods unless they come cross-site and are no navigation; unsafe ones from the same origin, which
 * old browsers show by Origin or Referer. That is the whole defence against forged requests.
 */
export function credentialOf(source: CredentialSource, isAllowed: OriginRule): Credential | null {
  const { authorization, cookie } = source.headers;
  if (authorization !== undefined) {
    const token = BEARER.exec(String(authorization))?.[1];
    return token === undefined ? null : { via: 'bearer', token };
  }
  if (cookie === undefined) return null;
  const token = cookieNamed(sessionCookieName(source.protocol), String(cookie));
  return token !== null && isSameSiteRequest(source, isAllowed) ? { via: 'cookie', token } : null;
}

export function sessionCookieName(protocol: string): string {
  return protocol === 'https' ? '__Host-renum_session' : 'renum_session';
}

/** The `Set-Cookie` line that keeps a browser signed in; an empty token with no life left signs it out. */
export function sessionCookie(protocol: string, token: string, maxAgeSeconds: number): string {
  const secure = protocol === 'https' ? '; Secure' : '';
  return `${sessionCookieName(protocol)}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
}

export function cookieNamed(name: string, header: string): string | null {
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || null;
  }
  return null;
}

function isSameSiteRequest({ method, host, headers }: CredentialSource, isAllowed: OriginRule): boolean {
  const site = headers['sec-fetch-site'];
  if (SAFE.has(method)) return site !== 'cross-site' || headers['sec-fetch-mode'] === 'navigate';
  if (site !== undefined) return site === 'same-origin';
  const from = originOf(headers.origin ?? headers.referer);
  return from !== null && (from.host === host || isAllowed(from.origin));
}

function originOf(header: string | string[] | undefined): URL | null {
  return typeof header === 'string' ? URL.parse(header) : null;
}
