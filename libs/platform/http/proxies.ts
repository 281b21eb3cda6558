import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Whose forwarding headers count. Everybody else's are only words: any caller can write them. */
export class Proxies {
  readonly #trusted = new BlockList();

  /** Addresses and CIDR ranges. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = '', bits] = range.split('/');
      if (bits === undefined) this.#trusted.addAddress(address, familyOf(address));
      else this.#trusted.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  /** As Fastify wants it: a function costs each request, so none where no proxy is trusted. */
  get rule(): false | ((address: string) => boolean) {
    return this.#trusted.rules.length > 0 && ((address) => this.trust(address));
  }

  trust(address: string): boolean {
    return isIP(address) !== 0 && this.#trusted.check(address, familyOf(address));
  }

  /** Of the caller: the hop nearest to us that is no proxy of ours. */
  addressOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string {
    const hops = String(headers['x-forwarded-for'] ?? '').split(',');
    let address = socket.remoteAddress ?? '';
    while (this.trust(address)) {
      const before = hops.pop()?.trim();
      if (!before) break;
      address = before;
    }
    return address;
  }

  /** How the caller came, whatever a proxy of ours speaks to us. */
  protocolOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): 'http' | 'https' {
    if ('encrypted' in socket) return 'https';
    const last = String(headers['x-forwarded-proto'] ?? '')
      .split(',')
      .at(-1);
    return last?.trim() === 'https' && this.trust(socket.remoteAddress ?? '') ? 'https' : 'http';
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
