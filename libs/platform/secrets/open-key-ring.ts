import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '#libs/kernel/index.js';
import { KeyRing, type RingKey } from './key-ring.js';

/**
 * The ring as configured; else the one in `keys.json` of the data folder, made at the first start and readable by its
 * owner alone. With `dataDir` null (nothing can be kept) it lives as long as the process. Throws when the file is there
 * and is no ring: a new one would make everything sealed unreadable.
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
  const keys = ringIn(readFileSync(file, 'utf8'));
  if (keys.length === 0) throw new Error(`${file} holds no keys; without them nothing that was sealed can be read.`);
  return keys;
}

function ringIn(text: string): readonly RingKey[] {
  try {
    const { keys } = JSON.parse(text) as { keys: { id: string; key: string }[] };
    return keys
      .filter(({ id, key }) => typeof id === 'string' && Buffer.from(key, 'base64').length === 32)
      .map(({ id, key }) => ({ id, key: new Secret(key) }));
  } catch {
    return [];
  }
}
