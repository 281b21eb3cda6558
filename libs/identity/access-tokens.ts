import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { Clock, type Role } from '#libs/kernel/index.js';
import { KeyRing } from '#libs/platform/secrets/index.js';

/** Stricter than the standard's own readers, which forgive spaces and padding: one token has one spelling. */
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const LONGEST = 4096;
const ISSUER = 'renum';

export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAt: number;
}

/** Signs and reads our own tokens: HS256 with a key derived for nothing else, found by its id in the header. */
@Injectable()
export class AccessTokens {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #activeId: string;

  constructor(
    ring: KeyRing,
    private readonly clock: Clock,
  ) {
    this.#activeId = ring.activeId;
    this.#keys = new Map(ring.ids.flatMap((id) => keyFor(ring, id)));
  }

  sign(claims: AccessClaims & { readonly role: Role }): Promise<string> {
    return new SignJWT({ sid: claims.sessionId, role: claims.role, jti: randomBytes(9).toString('base64url') })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: this.#activeId })
      .setSubject(claims.userId)
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setIssuedAt(Math.floor(this.clock.now() / 1000))
      .setExpirationTime(Math.ceil(claims.expiresAt / 1000))
      .sign(this.#key(this.#activeId));
  }

  /** Null for whatever is not a token of ours that is still good. */
  async read(token: string): Promise<AccessClaims | null> {
    try {
      const { payload } = await jwtVerify(token, (header) => this.#key(header.kid), {
        algorithms: ['HS256'],
        issuer: ISSUER,
        audience: ISSUER,
        currentDate: new Date(this.clock.now()),
      });
      return claimsIn(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  #key(id: string | undefined): KeyObject {
    const key = this.#keys.get(id ?? '');
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}

export function hasTokenShape(token: string): boolean {
  return token.length <= LONGEST && SHAPE.test(token);
}

function keyFor(ring: KeyRing, id: string): [string, KeyObject][] {
  const bytes = ring.derive(id, 'identity access-token HS256');
  return bytes ? [[id, createSecretKey(bytes)]] : [];
}

function claimsIn({ sub, sid, exp }: JWTPayload): AccessClaims | null {
  // The reader lets objects through where the standard says text.
  if (typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number') return null;
  return { userId: sub, sessionId: sid, expiresAt: exp * 1000 };
}
