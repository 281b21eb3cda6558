import { hash } from 'node:crypto';
import { Secret } from '#libs/kernel/index.js';
import { KeyRing } from '#libs/platform/secrets/index.js';

/** A ring of keys that are the same for the same ids, the first one active. */
export function ringOf(...ids: readonly string[]): KeyRing {
  return new KeyRing(ids.map((id) => ({ id, key: new Secret(hash('sha256', id, 'base64')) })));
}
