import { hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '#libs/kernel/index.js';
import { decrypt, encrypt, IV_BYTES, KEY_BYTES, TAG_BYTES } from './aes-gcm.js';
import type { KeyRing } from './key-ring.js';
import { SealBroken, SealKeyMissing } from './seal.errors.js';

/** Where a sealed value stands. It opens nowhere else: moved to another row, column or owner, it is broken. */
export interface SealPlace {
  readonly owner: string;
  readonly table: string;
  readonly column: string;
  readonly record: string;
}

const FORMAT = 'rnm1';
const ALGORITHM = 'A256GCM';
const SALT_BYTES = 32;
const COMMITMENT_BYTES = 32;
const WRAPPED_BYTES = KEY_BYTES + TAG_BYTES;

/**
 * Seals values one by one: a fresh data key each, wrapped by the active key of the ring. A commitment to the data key is
 * checked before anything is decrypted, so no ciphertext opens under two keys. About 30 µs either way.
 *
 * `rnm1.<key id>.A256GCM.<base64url of salt, key IV, wrapped data key, commitment, IV, text with tag>`
 */
export class Sealer {
  constructor(private readonly ring: KeyRing) {}

  seal(secret: Secret, place: SealPlace): string {
    const keyId = this.ring.activeId;
    const bound = boundTo(place, keyId);
    const salt = randomBytes(SALT_BYTES);
    const keyIv = randomBytes(IV_BYTES);
    const iv = randomBytes(IV_BYTES);
    const dataKey = randomBytes(KEY_BYTES);
    const { key, commitment } = derived(dataKey, salt);
    const wrapped = encrypt(this.#wrappingKey(keyId), keyIv, bound, dataKey);
    const text = encrypt(key, iv, bound, Buffer.from(secret.reveal(), 'utf8'));
    wipe(dataKey, key);
    const body = Buffer.concat([salt, keyIv, wrapped, commitment, iv, text]).toString('base64url');
    return `${FORMAT}.${keyId}.${ALGORITHM}.${body}`;
  }

  /** Throws `SealKeyMissing` when its key has left the ring, `SealBroken` when it was changed or moved. */
  open(sealed: string, place: SealPlace): Secret {
    const { keyId, parts } = parse(sealed);
    const bound = boundTo(place, keyId);
    const dataKey = decrypt(this.#wrappingKey(keyId), parts.keyIv, bound, parts.wrapped);
    if (!dataKey) throw new SealBroken();
    const { key, commitment } = derived(dataKey, parts.salt);
    const isCommitted = timingSafeEqual(commitment, parts.commitment);
    const text = isCommitted ? decrypt(key, parts.iv, bound, parts.text) : null;
    wipe(dataKey, key);
    if (!text) throw new SealBroken();
    return new Secret(text.toString('utf8'));
  }

  /** Whether it was sealed with a key that makes nothing new any more. */
  isOutdated(sealed: string): boolean {
    return parse(sealed).keyId !== this.ring.activeId;
  }

  #wrappingKey(keyId: string): Buffer {
    const key = this.ring.derive(keyId, 'seal');
    if (!key) throw new SealKeyMissing(keyId);
    return key;
  }
}

/** The order of the fields is the format's: the same place always gives the same bytes. */
function boundTo({ owner, table, column, record }: SealPlace, keyId: string): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, ALGORITHM, keyId, owner, table, column, record]), 'utf8');
}

function derived(dataKey: Buffer, salt: Buffer): { readonly key: Buffer; readonly commitment: Buffer } {
  const bytes = Buffer.from(hkdfSync('sha512', dataKey, salt, 'renum seal', KEY_BYTES + COMMITMENT_BYTES));
  return { key: bytes.subarray(0, KEY_BYTES), commitment: bytes.subarray(KEY_BYTES) };
}

interface Parts {
  readonly salt: Buffer;
  readonly keyIv: Buffer;
  readonly wrapped: Buffer;
  readonly commitment: Buffer;
  readonly iv: Buffer;
  readonly text: Buffer;
}

function parse(sealed: string): { readonly keyId: string; readonly parts: Parts } {
  const [format, keyId, algorithm, body, ...rest] = sealed.split('.');
  if (format !== FORMAT || algorithm !== ALGORITHM || !keyId || !body || rest.length > 0) throw new SealBroken();
  const bytes = Buffer.from(body, 'base64url');
  // The same bytes have one text only; anything else was written by somebody else.
  if (bytes.toString('base64url') !== body) throw new SealBroken();
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new SealBroken();
    at += length;
    return bytes.subarray(at - length, at);
  };
  const parts = {
    salt: take(SALT_BYTES),
    keyIv: take(IV_BYTES),
    wrapped: take(WRAPPED_BYTES),
    commitment: take(COMMITMENT_BYTES),
    iv: take(IV_BYTES),
    text: bytes.subarray(at),
  };
  return { keyId, parts };
}

/** What can be wiped is; a `Secret` is text, which the runtime keeps as long as it likes. */
function wipe(...buffers: readonly Buffer[]): void {
  for (const buffer of buffers) buffer.fill(0);
}
