import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KeyRing } from '#libs/platform/secrets/index.js';

export interface RefreshClaims {
  readonly sessionId: string;
  readonly turn: number;
}

const PREFIX = 'rnm_rt_';
const BODY_BYTES = 16 + 4;
const ALL_BYTES = BODY_BYTES + 32;
const SHAPE = /^rnm_rt_[\w-]{70}$/;

/**
 * A refresh token is its session and turn with a 256-bit code over both, so nothing of it is stored, and asking twice
 * for one turn's token (a reply that got lost) gives the same one.
 */
@Injectable()
export class RefreshTokens {
  constructor(private readonly ring: KeyRing) {}

  make({ sessionId, turn }: RefreshClaims): string {
    const body = Buffer.alloc(BODY_BYTES);
    body.write(sessionId.replaceAll('-', ''), 'hex');
    body.writeUInt32BE(turn, 16);
    return PREFIX + Buffer.concat([body, this.#code(this.ring.activeId, body)]).toString('base64url');
  }

  /** Null for whatever we did not make. */
  read(token: string): RefreshClaims | null {
    if (!SHAPE.test(token)) return null;
    const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
    if (bytes.length !== ALL_BYTES) return null;
    const body = bytes.subarray(0, BODY_BYTES);
    const code = bytes.subarray(BODY_BYTES);
    if (!this.ring.ids.some((id) => timingSafeEqual(this.#code(id, body), code))) return null;
    return { sessionId: uuidOf(body.toString('hex', 0, 16)), turn: body.readUInt32BE(16) };
  }

  #code(keyId: string, body: Buffer): Buffer {
    const key = this.ring.derive(keyId, 'identity refresh-token HMAC') ?? Buffer.alloc(0);
    return createHmac('sha256', key).update(body).digest();
  }
}

function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
