import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type Json, Secret } from '#libs/kernel/index.js';
import { KeyFileUnusable } from './key-ring.errors.js';
import { KeyRing, type RingKey } from './key-ring.js';

/**
 * The ring as configured; else the one in `keys.json` of the data folder, made at the first start and readable by its
 * owner alone. With `dataDir` null (nothing can be kept) it lives as long as the process. Throws `KeyFileUnusable` when the
 * file is there and any key of it is broken: a new one would make what was sealed unreadable.
 */
export function openKeyRing(configured: readonly RingKey[] | undefined, dataDir: string | null): KeyRing {
  if (configured?.length) return new KeyRing(configured);
  if (dataDir === null) return new KeyRing([made()]);
  const file = join(dataDir, 'keys.json');
  return new KeyRing(readRing(file) ?? writeRing(dataDir, file));
}

function made(): RingKey {
  return { id: `k${Date.now().toString(36)}`, key: new Secret(randomBytes(32).toString('base64')) };
}

function writeRing(dataDir: string, file: string): readonly RingKey[] {
  const key = made();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // Never over an existing one, should two processes come here at once.
  writeFileSync(file, `${JSON.stringify({ keys: [{ id: key.id, key: key.key.reveal() }] })}\n`, {
    mode: 0o600,
    flag: 'wx',
  });
  return [key];
}

function readRing(file: string): readonly RingKey[] | null {
  if (!existsSync(file)) return null;
  const keys = keysIn(readFileSync(file, 'utf8'));
  if (keys === null) throw new KeyFileUnusable(file, 'is not JSON with a list of keys');
  const broken = keys.findIndex((key) => !isKey(key));
  if (broken !== -1) throw new KeyFileUnusable(file, `holds no usable key at place ${broken + 1}`);
  return keys.filter(isKey).map(({ id, key }) => ({ id, key: new Secret(key) }));
}

function keysIn(text: string): readonly Json[] | null {
  try {
    const ring: Json = JSON.parse(text);
    return isJsonObject(ring) && Array.isArray(ring.keys) && ring.keys.length > 0 ? ring.keys : null;
  } catch {
    return null;
  }
}

function isKey(one: Json): one is { readonly id: string; readonly key: string } {
  if (!isJsonObject(one) || typeof one.id !== 'string' || typeof one.key !== 'string') return false;
  return Buffer.from(one.key, 'base64').length === 32;
}
