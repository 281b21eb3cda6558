import ipaddr from 'ipaddr.js';

/** One entry of `RENUM_EGRESS_ALLOW`: what may be reached although it is private, or by a port or scheme that is not the usual one. */
type Allowed =
  | { readonly is: 'host'; readonly host: string; readonly port: string | null }
  | { readonly is: 'range'; readonly range: ReturnType<typeof ipaddr.parseCIDR> };

export interface EgressRules {
  readonly allowed: readonly Allowed[];
  /** In production nothing leaves unencrypted, except to what the operator allowed by name. */
  readonly httpsOnly: boolean;
}

export function egressRules(entries: readonly string[], httpsOnly: boolean): EgressRules {
  return { allowed: entries.map(readEntry), httpsOnly };
}

function readEntry(entry: string): Allowed {
  if (entry.includes('/')) return { is: 'range', range: ipaddr.parseCIDR(entry) };
  const [, host = entry, port = null] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(entry) ?? [];
  return { is: 'host', host: bare(host), port };
}

/**
 * Why nothing may be sent to this URL, as the end of a sentence that begins with its field; null: its name is fine, its
 * addresses are judged when it is called. The URL is parsed once, by the same rules as the client's: numbers in any
 * notation have become plain addresses.
 */
export function refusalOf(written: string, rules: EgressRules): string | null {
  if (!URL.canParse(written)) return 'must be a complete URL, such as https://agents.example.com/run';
  const url = new URL(written);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://';
  if (url.username || url.password) return 'must not hold a user name or a password; use headers instead';
  if (isAllowedHost(url, rules)) return null;
  if (rules.httpsOnly && url.protocol !== 'https:') return 'must begin with https://';
  if (url.port !== '' && url.port !== '80' && url.port !== '443') {
    return `must not name the port ${url.port}; the operator can allow it by RENUM_EGRESS_ALLOW`;
  }
  const host = bare(url.hostname);
  if (host === 'localhost' || host.endsWith('.localhost')) return PRIVATE;
  return ipaddr.isValid(host) && !isOpen(host, rules) ? PRIVATE : null;
}

const PRIVATE = 'must not lead into a private network; the operator can allow it by RENUM_EGRESS_ALLOW';

/** Whether a connection for this URL may be made to this address, which its name was just resolved to. */
export function mayConnect(
  address: string,
  url: Pick<URL, 'hostname' | 'port' | 'protocol'>,
  rules: EgressRules,
): boolean {
  return isAllowedHost(url, rules) || isOpen(address, rules);
}

/** Only `unicast` is public: loopback, private, link-local, carrier NAT, mapped, translated and tunnelled ones are not. */
function isOpen(address: string, { allowed }: EgressRules): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() === 'unicast') return true;
  return allowed.some((one) => one.is === 'range' && isIn(parsed, one.range));
}

function isIn(address: ReturnType<typeof ipaddr.parse>, range: ReturnType<typeof ipaddr.parseCIDR>): boolean {
  return address.kind() === range[0].kind() && address.match(range);
}

function isAllowedHost(
  { hostname, port, protocol }: Pick<URL, 'hostname' | 'port' | 'protocol'>,
  rules: EgressRules,
): boolean {
  const at = port || (protocol === 'https:' ? '443' : '80');
  return rules.allowed.some(
    (one) => one.is === 'host' && one.host === bare(hostname) && (one.port === null || one.port === at),
  );
}

function bare(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}
