import { hkdfSync } from 'node:crypto';
import type { Secret } from '#libs/kernel/index.js';

/** One key of the installation: base64 of 32 bytes. */
export interface RingKey {
  readonly id: string;
  readonly key: Secret;
}

/**
 * The installation's keys. The first one is active and makes everything new; the others still open what they made. No
 * key is ever used as it is: each purpose has its own, derived by HKDF-SHA-256, so that none can stand in for another.
 */
export class KeyRing {
  readonly activeId: string;
  readonly #keys: ReadonlyMap<string, Secret>;

  constructor(keys: readonly RingKey[]) {
    const [active] = keys;
    if (!active) throw new Error('A key ring has at least one key.');
    this.activeId = active.id;
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  get ids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** 32 bytes that only this key and this purpose give; null for a key that is not (or no longer) in the ring. */
  derive(id: string, purpose: string): Buffer | null {
    const key = this.#keys.get(id);
    if (!key) return null;
    return Buffer.from(hkdfSync('sha256', Buffer.from(key.reveal(), 'base64'), 'renum', purpose, 32));
  }
}
