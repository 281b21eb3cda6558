import { isIP } from 'node:net';

export type MetricsAccess = 'public' | 'loopback' | 'token';

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const;

export interface Caller {
  /** The peer of the connection itself, whatever headers claim. */
  readonly peer: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly hasPermission: boolean;
}

/** A proxy on this machine has a loopback peer too, so whoever came through one is not taken for local. */
export function mayRead(access: MetricsAccess, { peer, headers, hasPermission }: Caller): boolean {
  switch (access) {
    case 'public':
      return true;
    case 'loopback':
      return isLoopback(peer) && FORWARDED.every((name) => headers[name] === undefined);
    case 'token':
      return hasPermission;
  }
}

function isLoopback(peer: string | undefined): boolean {
  const address = peer?.replace(/^::ffff:/, '') ?? '';
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
