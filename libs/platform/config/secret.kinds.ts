import { Secret } from '#libs/kernel/index.js';
import type { Kind, Parsed, Raw } from './key.js';
import { parsedUrl } from './network.kinds.js';
import { accepted, refused, scalar } from './value.kinds.js';

export function secret({ min = 1, max = 8_192 }: { readonly min?: number; readonly max?: number } = {}): Kind<Secret> {
  const allowed = min > 1 ? `a secret of ${min} to ${max} characters` : 'a secret';
  return scalar(
    allowed,
    (text) => {
      const { length } = Array.from(text);
      return length >= min && length <= max ? new Secret(text) : undefined;
    },
    true,
  );
}

export function redisUrl(): Kind<Secret> {
  return scalar(
    'a URL that begins with redis:// or rediss://',
    (text) => (['redis:', 'rediss:'].includes(parsedUrl(text)?.protocol ?? '') ? new Secret(text) : undefined),
    true,
  );
}

/** Where the data lives. `memory:` is a choice aloud; whatever is not understood is refused, never replaced. */
export function databaseUrl(): Kind<'memory:' | Secret> {
  const allowed =
    'unset (embedded SQLite), postgres://user:password@host:port/database, or memory: (kept only while the process lives)';
  return {
    allowed,
    secret: true,
    parse(raw: Raw): Parsed<'memory:' | Secret> {
      if (raw === 'memory:') return accepted(raw);
      const isPostgres = typeof raw === 'string' && /^postgres(ql)?:\/\//i.test(raw) && URL.canParse(raw);
      return isPostgres ? accepted(new Secret(raw)) : refused(allowed);
    },
  };
}

/** One key of the ring. `key` is the base64 text of exactly 32 bytes. */
export interface RingKey {
  readonly id: string;
  readonly key: Secret;
}

/** `id:base64of32bytes[,…]`, the first one active. */
export function keyRing(): Kind<readonly RingKey[]> {
  const allowed = 'a list of id:key, each key the base64 of exactly 32 bytes (openssl rand -base64 32), each id once';
  return {
    allowed,
    secret: true,
    parse(raw: Raw): Parsed<readonly RingKey[]> {
      const entries = (typeof raw === 'string' ? raw.split(',') : raw).map((entry) => entry.trim());
      const ring: RingKey[] = [];
      for (const [index, entry] of entries.entries()) {
        const [, id, base64 = ''] = /^([\w-]{1,64}):([A-Za-z0-9+/]+=*)$/.exec(entry) ?? [];
        if (id === undefined) return refused(`${allowed}; entry ${index + 1} is not of that form`);
        const bytes = Buffer.from(base64, 'base64');
        if (bytes.length !== 32) return refused(`${allowed}; the key "${id}" has ${bytes.length} bytes`);
        if (ring.some((known) => known.id === id)) return refused(`${allowed}; the id "${id}" is there twice`);
        ring.push({ id, key: new Secret(bytes.toString('base64')) });
      }
      return accepted(ring);
    },
  };
}
