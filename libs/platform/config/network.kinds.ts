import { isIP } from 'node:net';
import type { Kind, Parsed, Raw } from './key.js';
import { accepted, list, scalar } from './value.kinds.js';

const HOSTNAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

/** A name or an address to listen on; `[::1]` loses its brackets. */
export function host(): Kind<string> {
  return scalar('a host name or an IP address', (written) => {
    const bare = /^\[(.*)\]$/.exec(written)?.[1] ?? written;
    return isHost(bare) ? bare : undefined;
  });
}

/** Kept as written, without a slash at the end, so that paths can be appended. */
export function webUrl(): Kind<string> {
  return scalar('a URL that begins with http:// or https://', (written) =>
    ['http:', 'https:'].includes(parsedUrl(written)?.protocol ?? '') ? written.replace(/\/+$/, '') : undefined,
  );
}

export function ranges(): Kind<readonly string[]> {
  return list('a list of IP addresses or CIDR ranges, such as 10.0.0.0/8, or off', (entry) =>
    isRange(entry) ? entry : undefined,
  );
}

/** Exact origins, or the one word `localhost`: any port of this machine. A pattern such as `*` is refused. */
export function origins(): Kind<readonly string[] | 'localhost'> {
  const exact = list(
    'a list of exact origins, such as https://app.example.com, or localhost alone, or none',
    exactOrigin,
  );
  return {
    ...exact,
    parse(raw: Raw): Parsed<readonly string[] | 'localhost'> {
      const only = typeof raw === 'string' ? raw : raw.join();
      return only.trim() === 'localhost' ? accepted('localhost') : exact.parse(raw);
    },
  };
}

function exactOrigin(written: string): string | undefined {
  const url = parsedUrl(written);
  if (!url || !['http:', 'https:'].includes(url.protocol) || written.includes('*')) return undefined;
  return url.href === `${url.origin}/` ? url.origin : undefined;
}

export function egressTargets(): Kind<readonly string[]> {
  return list('a list of host[:port] or CIDR entries', (entry) => {
    if (isRange(entry)) return entry;
    const [, bracketed, name, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
    const known = bracketed === undefined ? isHost(name ?? '') : isIP(bracketed) === 6;
    return known && Number(port ?? 1) >= 1 && Number(port ?? 1) <= 65_535 ? entry.toLowerCase() : undefined;
  });
}

export function parsedUrl(written: string): URL | undefined {
  return URL.canParse(written) ? new URL(written) : undefined;
}

function isHost(written: string): boolean {
  return isIP(written) !== 0 || (HOSTNAME.test(written) && !/^[\d.]+$/.test(written));
}

function isRange(written: string): boolean {
  const [address = '', bits, ...rest] = written.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
