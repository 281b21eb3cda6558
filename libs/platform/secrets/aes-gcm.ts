import { createCipheriv, createDecipheriv } from 'node:crypto';

export const KEY_BYTES = 32;
export const IV_BYTES = 12;
export const TAG_BYTES = 16;

/** AES-256-GCM with a 96-bit IV and a 128-bit tag, and nothing else. The tag stands behind the text. */
export function encrypt(key: Buffer, iv: Buffer, aad: Buffer, text: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, checked(iv), { authTagLength: TAG_BYTES });
  cipher.setAAD(aad, { plaintextLength: text.length });
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

/** Null when a single bit of key, IV, AAD, text or tag is not what it was; never a part of the text. */
export function decrypt(key: Buffer, iv: Buffer, aad: Buffer, sealed: Buffer): Buffer | null {
  if (sealed.length < TAG_BYTES) return null;
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, checked(iv), { authTagLength: TAG_BYTES });
  decipher.setAAD(aad, { plaintextLength: end });
  decipher.setAuthTag(sealed.subarray(end));
  const text = decipher.update(sealed.subarray(0, end));
  try {
    return Buffer.concat([text, decipher.final()]);
  } catch {
    text.fill(0);
    return null;
  }
}

function checked(iv: Buffer): Buffer {
  if (iv.length !== IV_BYTES) throw new RangeError(`The IV has ${iv.length} bytes instead of ${IV_BYTES}.`);
  return iv;
}
